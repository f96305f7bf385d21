using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.Infrastructure;

/// <summary>Keeps what is logged, as the reader sees it.</summary>
internal sealed class CollectingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<Exception> _exceptions = new();
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<string> Lines => _lines;

    public IReadOnlyCollection<Exception> Exceptions => _exceptions;

    public Task<string> FirstLine => _first.Task;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        _lines.Enqueue(line);
        if (exception is not null)
            _exceptions.Enqueue(exception);
        _first.TrySetResult(line);
    }
}
