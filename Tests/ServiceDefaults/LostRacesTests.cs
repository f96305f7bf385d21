using CloudIa.ServiceDefaults.Logging;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>What MassTransit logs of a message that is tried again, as it logs it.</summary>
public sealed class LostRacesTests
{
    private const string Race = nameof(RedisSagaConcurrencyException);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_race_that_is_lost_once_is_no_warning()
    {
        var lines = await ConsumeAsync(failures: 1, () => new RedisSagaConcurrencyException(Race, typeof(object), default));

        lines.Where(x => x.Level >= LogLevel.Warning).ShouldBeEmpty();
        lines.ShouldContain(x => x.Level == LogLevel.Debug && x.Exception is RedisSagaConcurrencyException);
    }

    [Fact]
    public async Task A_race_that_is_lost_until_the_tries_are_used_up_is_an_error() =>
        (await ConsumeAsync(failures: 2, () => new RedisSagaConcurrencyException(Race, typeof(object), default)))
            .ShouldContain(x => x.Level == LogLevel.Error && x.Exception is RedisSagaConcurrencyException);

    [Fact]
    public async Task Whatever_else_is_tried_again_is_a_warning_as_it_was() =>
        (await ConsumeAsync(failures: 1, () => new TimeoutException())).ShouldContain(x => x.Level == LogLevel.Warning && x.Exception is TimeoutException);

    private static async Task<IReadOnlyList<Line>> ConsumeAsync(int failures, Func<Exception> failure)
    {
        using var lines = new Lines();
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(lines).SetMinimumLevel(LogLevel.Debug))
            .AddLostRacesAsDebug()
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.AddConfigureEndpointsCallback((_, _, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(1)));
                var tries = 0;
                bus.AddHandler((ConsumeContext<Message> _) => tries++ < failures ? throw failure() : Task.CompletedTask);
            })
            .BuildServiceProvider(validateScopes: true);
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        await harness.Bus.Publish(new Message(), Token);
        (await harness.Consumed.Any<Message>(Token)).ShouldBeTrue();
        if (failures > 1)
            await Eventually.Is(() => Task.FromResult(lines.All.Any(x => x.Level == LogLevel.Error)), "the failure is logged");
        return lines.All;
    }

    public sealed record Message;

    private sealed record Line(LogLevel Level, Exception? Exception);

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly Lock _lock = new();
        private readonly List<Line> _all = [];

        public IReadOnlyList<Line> All
        {
            get { lock (_lock) { return [.. _all]; } }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
            {
                _all.Add(new(logLevel, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
