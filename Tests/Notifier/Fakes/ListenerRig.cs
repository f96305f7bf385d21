using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Notifier;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Listening;
using CloudIa.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Xunit;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>One listener of user <c>ana</c> on a clock that stands still, without a wire.</summary>
internal sealed class ListenerRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private ListenerRig(FakeEventLog log, NotifierOptions options, ListeningOptions listening, ListenerScope scope)
    {
        Log = log;
        var lastEvents = new LastEvents(Log, Jobs, Chats, Time);
        Listener = new Listener(
            new ListenerConnection("ana", "s", "c", "test", "here"), scope, new JobReader(Log, listening.ReadPage, new UnreadableEvents(NullLogger<UnreadableEvents>.Instance)), lastEvents, options, listening,
            new NotifierMetrics(new TestMeterFactory()), Time, NullLogger<Listener>.Instance);
    }

    public FakeEventLog Log { get; }

    public FakeJobStore Jobs { get; } = new();

    public IChatStore Chats { get; } = Substitute.For<IChatStore>();

    public FakeTimeProvider Time { get; } = new();

    public RecordingSink Sink { get; } = new();

    public Listener Listener { get; }

    public Task<ListenerEnd> Running { get; private set; } = null!;

    public static async Task<ListenerRig> StartAsync(FakeEventLog log, Action<ListeningOptions>? configure = null, Action<NotifierOptions>? notifier = null, ListenerScope? scope = null)
    {
        var listening = new ListeningOptions { ReadPage = 4 };
        configure?.Invoke(listening);
        var options = new NotifierOptions { ResumeGrace = TimeSpan.Zero };
        notifier?.Invoke(options);
        var rig = new ListenerRig(log, options, listening, scope ?? ListenerScope.User);
        await rig.Listener.OpenAsync(rig.Log, TestContext.Current.CancellationToken);
        rig.Running = rig.Listener.RunAsync(rig.Sink, rig._stop.Token);
        return rig;
    }

    public ChatJob Job(string userId = "ana") => new(Log, userId);

    public Task<IReadOnlyList<ClientEvent>> ReadUntilAsync(Func<ClientEvent, bool> isLast) =>
        Sink.ReadUntilAsync(isLast, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<ClientEvent>> ReadUntilEndAsync() => ReadUntilAsync(x => x.EndsAttempt());

    /// <summary>What was sent until all that was announced before is dealt with.</summary>
    public async Task<IReadOnlyList<ClientEvent>> SettleAsync()
    {
        var sentinel = Job();
        sentinel.Accept();
        return [.. (await ReadUntilAsync(x => x.JobId == sentinel.JobId)).SkipLast(1)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running;
        await Listener.DisposeAsync();
        _stop.Dispose();
    }
}
