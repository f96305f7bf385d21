using CloudIa.Contracts;
using CloudIa.Store;

namespace CloudIa.Api.Usage;

/// <summary>Adds up what was used.</summary>
internal sealed class UsageSum
{
    private readonly SortedDictionary<string, decimal> _costs = new(StringComparer.Ordinal);
    private int _calls;
    private int _broken;
    private int _estimated;
    private int _unpriced;
    private long _input;
    private long _cached;
    private long _output;

    public UsageTotals Totals => new()
    {
        Calls = _calls,
        BrokenCalls = _broken,
        InputTokens = _input,
        CachedInputTokens = _cached,
        OutputTokens = _output,
        EstimatedCalls = _estimated,
        Costs = [.. _costs.Select(x => new JobCost { Currency = x.Key, Amount = x.Value })],
        UnpricedCalls = _unpriced,
    };

    public void Add(UsageRecord record)
    {
        _calls++;
        _broken += record.IsBroken ? 1 : 0;
        _estimated += record.Usage.Estimated == true ? 1 : 0;
        _input += record.Usage.InputTokens ?? 0;
        _cached += record.Usage.CachedInputTokens ?? 0;
        _output += record.Usage.OutputTokens ?? 0;
        if (record.Cost is { } cost)
            _costs[cost.Currency] = _costs.GetValueOrDefault(cost.Currency) + cost.Amount;
        else
            _unpriced++;
    }

    public void Add(UsageSum other)
    {
        _calls += other._calls;
        _broken += other._broken;
        _estimated += other._estimated;
        _unpriced += other._unpriced;
        _input += other._input;
        _cached += other._cached;
        _output += other._output;
        foreach (var (currency, amount) in other._costs)
            _costs[currency] = _costs.GetValueOrDefault(currency) + amount;
    }
}
