using System.Collections;
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

    /// <summary>What a list or a map holds and not what its type is called: a log shipper writes the elements.</summary>
    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IEnumerable<KeyValuePair<string, object?>> values => string.Join(" ", values.Select(x => $"{x.Key}={Text(x.Value)}")),
        IDictionary map => $"{Joined(map.Keys.Cast<object?>())} {Joined(map.Values.Cast<object?>())}",
        IEnumerable many => Joined(many.Cast<object?>()),
        _ => $"{value}",
    };

    private static string Joined(IEnumerable<object?> values) => string.Join(" ", values.Select(Text));
}
