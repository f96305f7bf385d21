using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>All that is logged, at every level, with what a log shipper would get: text, values, scopes, exceptions.</summary>
internal sealed class LogCollector : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue(Text(state));
        return null;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} | {Text(state)} | {exception}");

    public void Dispose()
    {
        // Nothing is held.
    }

    private static string Text(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(" ", values.Select(v => $"{v.Key}={v.Value}")) : $"{state}";
}
