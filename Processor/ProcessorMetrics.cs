using System.Diagnostics.Metrics;
using CloudIa.Contracts;

namespace CloudIa.Processor;

/// <summary>What Processor counts. Meter: <c>CloudIa.Processor</c>. Tokens by OpenTelemetry's conventions for generative AI. No tag says who: there is no end of users.</summary>
internal sealed class ProcessorMetrics
{
    public const string Meter = "CloudIa.Processor";

    /// <summary>The conventions' own.</summary>
    private static readonly InstrumentAdvice<long> TokenBuckets = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private readonly Histogram<long> _tokens;
    private readonly Counter<double> _cost;

    public ProcessorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _tokens = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, TokenBuckets);
        _cost = meter.CreateCounter<double>("cloudia.llm.cost", "{currency}", "What calls of models cost, by currency; those without a price are not among them.");
    }

    /// <param name="asked">The model as it was asked for.</param>
    /// <param name="answered">As the provider named it.</param>
    public void Used(string provider, string asked, string answered, TokenUsage usage, JobCost? cost)
    {
        Record(usage.InputTokens, "input");
        Record(usage.OutputTokens, "output");
        if (cost is not null)
        {
            _cost.Add((double)cost.Amount, new("currency", cost.Currency), new("gen_ai.provider.name", provider), new("gen_ai.request.model", asked));
        }

        void Record(long? tokens, string type)
        {
            if (tokens is { } number)
            {
                _tokens.Record(
                    number,
                    new("gen_ai.operation.name", "chat"),
                    new("gen_ai.provider.name", provider),
                    new("gen_ai.request.model", asked),
                    new("gen_ai.response.model", answered),
                    new("gen_ai.token.type", type));
            }
        }
    }
}
