using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Notifier;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class ConnectionLeasesTests : IAsyncLifetime
{
    private const int Connections = 2 * ConnectionLeases.Turns + 5;

    private readonly FakeConnectionRegistry _registry = new();
    private readonly CountingTime _time = new();
    private readonly LogCapture _logs = new();
    private readonly NotifierOptions _options = new();
    private readonly ConnectionLeases _leases;

    public ConnectionLeasesTests() => _leases = new(
        _registry, Options.Create(_options), Options.Create(new LimitOptions()), new NotifierMetrics(new TestMeterFactory()), _time, LoggerFactory.Create(x => x.AddProvider(_logs)).CreateLogger<ConnectionLeases>());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _leases.StartAsync(Token);

        // Its loop begins on another thread.
        await Eventually.Is(() => _time.Timers > 0, "the heartbeat's timer is set");
    }

    public async ValueTask DisposeAsync()
    {
        await _leases.StopAsync(Token);
        _leases.Dispose();
    }

    [Fact]
    public async Task Each_connection_is_renewed_once_in_each_interval_and_those_that_have_gone_are_not()
    {
        var leases = new List<IAsyncDisposable>();
        for (var n = 0; n < Connections; n++)
            leases.Add(await _leases.TakeAsync(Connection(n), tier: null, Token));
        _registry.Connections.Count.ShouldBe(Connections);

        await leases[0].DisposeAsync();
        await AnIntervalAsync(renewed: Connections - 1);

        _registry.Connections.ShouldNotContainKey(Connection(0));
        _registry.Connections.Values.ShouldAllBe(x => x == _options.ConnectionTimeToLive);
    }

    [Fact]
    public async Task What_cannot_be_renewed_is_said_once_for_all_and_tried_again()
    {
        for (var n = 0; n < Connections; n++)
            await _leases.TakeAsync(Connection(n), tier: null, Token);
        _registry.IsDown = true;
        await AnIntervalAsync(renewed: Connections);
        _registry.IsDown = false;
        _registry.Connections.Clear();

        await AnIntervalAsync(renewed: Connections);

        _registry.Connections.Count.ShouldBe(Connections);
        _logs.Lines.Count(x => x.Contains("could not be written", StringComparison.Ordinal)).ShouldBeInRange(1, ConnectionLeases.Turns);
    }

    [Fact]
    public async Task A_connection_that_is_given_up_while_it_is_registered_is_not_renewed()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        _registry.IsDown = true;

        await Should.ThrowAsync<TimeoutException>(() => _leases.TakeAsync(Connection(1), tier: null, gone.Token));

        _registry.IsDown = false;
        for (var n = 2; n < Connections; n++)
            await _leases.TakeAsync(Connection(n), tier: null, Token);
        await AnIntervalAsync(renewed: Connections - 2);
        _registry.Connections.ShouldNotContainKey(Connection(1));
    }

    private static ListenerConnection Connection(int n) => new("ana", "s", $"c{n}", "test", "here");

    /// <summary>Lets an interval pass in the steps that the timer takes: in each of them some connections are renewed, on another thread.</summary>
    private async Task AnIntervalAsync(int renewed)
    {
        var start = _registry.Registrations;
        for (var turn = 0; turn < ConnectionLeases.Turns; turn++)
        {
            var before = _leases.TurnsDone;
            _time.Advance(_options.HeartbeatInterval / ConnectionLeases.Turns);
            await Eventually.Is(() => _leases.TurnsDone > before, "the turn is over");
        }

        (_registry.Registrations - start).ShouldBe(renewed);
    }
}
