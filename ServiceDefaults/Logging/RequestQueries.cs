using System.Collections;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults.Logging;

/// <summary>
/// Takes the query out of ASP.NET's own log of requests, which is written before anything of ours sees the request: a browser's WebSocket has its ticket there, and
/// SignalR's client its token. That log is off by default (its level is below Warning); whoever turns it on sees that there was a query, and not which.
/// </summary>
internal static class RequestQueries
{
    public const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private const string Field = "QueryString";
    private const string Hidden = "?…";

    public static ILogger Without(ILogger inner) => new Logger(inner);

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;

            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields && QueryOf(fields) is { } query)
                inner.Log(logLevel, eventId, new State(fields, formatter(state, exception).Replace(query, Hidden, StringComparison.Ordinal)), exception, static (x, _) => x.ToString());
            else
                inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string? QueryOf(IReadOnlyList<KeyValuePair<string, object?>> fields) =>
            fields.FirstOrDefault(x => x.Key == Field).Value?.ToString() is { Length: > 1 } query ? query : null;
    }

    private sealed class State(IReadOnlyList<KeyValuePair<string, object?>> fields, string text) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => fields.Count;

        public KeyValuePair<string, object?> this[int index] => fields[index] is { Key: Field } ? new(Field, Hidden) : fields[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(x => this[x]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;
    }
}
