using System.Diagnostics.Metrics;

namespace CloudIa.Notifier;

/// <summary>What Notifier counts. Meter: <c>CloudIa.Notifier</c>.</summary>
internal sealed class NotifierMetrics
{
    public const string Meter = "CloudIa.Notifier";

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _events;
    private readonly Counter<long> _slowReaders;

    public NotifierMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _connections = meter.CreateUpDownCounter<long>("cloudia.notifier.connections", "{connection}", "Open connections of listeners.");
        _events = meter.CreateCounter<long>("cloudia.notifier.events.sent", "{event}", "Events sent to listeners.");
        _slowReaders = meter.CreateCounter<long>("cloudia.notifier.slow_readers", "{connection}", "Connections dropped because they took nothing.");
    }

    public void Connected(string wire) => _connections.Add(1, Wire(wire));

    public void Disconnected(string wire) => _connections.Add(-1, Wire(wire));

    public void EventSent(string wire) => _events.Add(1, Wire(wire));

    public void SlowReaderDropped(string wire) => _slowReaders.Add(1, Wire(wire));

    private static KeyValuePair<string, object?> Wire(string wire) => new("wire", wire);
}
