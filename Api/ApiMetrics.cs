using System.Diagnostics.Metrics;
using CloudIa.Limits;

namespace CloudIa.Api;

/// <summary>What Api counts. Meter: <c>CloudIa.Api</c>. No tag says who: there is no end of users.</summary>
internal sealed class ApiMetrics
{
    public const string Meter = "CloudIa.Api";

    private readonly Counter<long> _refusals;
    private readonly Counter<long> _freed;

    public ApiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _refusals = meter.CreateCounter<long>("cloudia.limits.refusals", "{request}", "Requests that a user's limit refused, by limit.");
        _freed = meter.CreateCounter<long>("cloudia.limits.freed_places", "{place}", "Places whose jobs had ended unheard, or never began.");
    }

    public void Refused(LimitKind limit) => _refusals.Add(1, new KeyValuePair<string, object?>("limit", LimitNames.Of(limit)));

    public void Freed(int places) => _freed.Add(places);
}
