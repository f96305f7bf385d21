using System.Diagnostics.Metrics;

namespace CloudIa.Notifier;

/// <summary>What Notifier counts. Meter: <c>CloudIa.Notifier</c>.</summary>
internal sealed class NotifierMetrics
{
    public const string Meter = "CloudIa.Notifier";

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _events;
    private readonly Counter<long> _slowReaders;
    private readonly Counter<long> _webhookTries;
    private readonly Counter<long> _refused;

    public NotifierMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _connections = meter.CreateUpDownCounter<long>("cloudia.notifier.connections", "{connection}", "Open connections of listeners.");
        _events = meter.CreateCounter<long>("cloudia.notifier.events.sent", "{event}", "Events sent to listeners.");
        _slowReaders = meter.CreateCounter<long>("cloudia.notifier.slow_readers", "{connection}", "Connections dropped because they took nothing.");
        _refused = meter.CreateCounter<long>("cloudia.notifier.connections.refused", "{connection}", "Connections that their users' limit refused.");
        _webhookTries = meter.CreateCounter<long>("cloudia.notifier.webhook.tries", "{try}", "Tries to tell a webhook, by what came of them.");
    }

    public void Connected(string wire) => _connections.Add(1, Wire(wire));

    public void Disconnected(string wire) => _connections.Add(-1, Wire(wire));

    public void Refused(string wire) => _refused.Add(1, Wire(wire));

    public void EventSent(string wire) => _events.Add(1, Wire(wire));

    public void SlowReaderDropped(string wire) => _slowReaders.Add(1, Wire(wire));

    /// <param name="failure">One of a few words; null where it was delivered.</param>
    public void WebhookTried(string? failure) => _webhookTries.Add(1, new KeyValuePair<string, object?>("result", failure ?? "delivered"));

    private static KeyValuePair<string, object?> Wire(string wire) => new("wire", wire);
}
