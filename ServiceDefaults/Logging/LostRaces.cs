using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults.Logging;

/// <summary>
/// Lowers what MassTransit says of a message that lost the compare-and-set of its saga to another one and is tried again: two events of one job at
/// once are what is expected, and a warning with a stack for each hides what is not. One that loses until its tries are used up is an error, as before.
/// </summary>
internal static class LostRaces
{
    private const string Categories = "MassTransit";

    /// <summary>Comes after the host's own logging.</summary>
    public static IServiceCollection AddLostRacesAsDebug(this IServiceCollection services)
    {
        services.TryAddSingleton<LoggerFactory>();
        return services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new Factory(provider.GetRequiredService<LoggerFactory>())));
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The container owns the inner factory.")]
    private sealed class Factory(LoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName) is var logger && categoryName == RequestQueries.Category
            ? RequestQueries.Without(logger)
            : categoryName.StartsWith(Categories, StringComparison.Ordinal) ? new Logger(logger) : logger;

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = logLevel == LogLevel.Warning && exception is ConcurrencyException ? LogLevel.Debug : logLevel;
            if (level == logLevel || inner.IsEnabled(level))
                inner.Log(level, eventId, state, exception, formatter);
        }
    }
}
