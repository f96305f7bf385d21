using System.Diagnostics.Metrics;
using CloudIa.Processor;
using CloudIa.Tests.Notifier.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Usage;

public sealed class ProcessorMetricsTests
{
    [Fact]
    public void Tokens_are_told_by_the_conventions_and_no_tag_says_whose_they_are()
    {
        List<(string Name, double Value, Dictionary<string, object?> Tags)> told = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, x) =>
        {
            if (instrument.Meter.Name == ProcessorMetrics.Meter)
                x.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => told.Add((instrument.Name, value, new(tags.ToArray()))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => told.Add((instrument.Name, value, new(tags.ToArray()))));
        listener.Start();

        new ProcessorMetrics(new TestMeterFactory()).Used("near", "m", "m-2026", new() { InputTokens = 11, OutputTokens = 7 }, new() { Amount = 0.25m, Currency = "EUR" });

        var mine = told.Where(x => (string?)x.Tags["gen_ai.provider.name"] == "near").ToList();
        mine.Select(x => (x.Name, x.Value, x.Tags.GetValueOrDefault("gen_ai.token.type"))).ShouldBe(
            [("gen_ai.client.token.usage", 11, "input"), ("gen_ai.client.token.usage", 7, "output"), ("cloudia.llm.cost", 0.25, null)]);
        mine.SelectMany(x => x.Tags.Keys).Distinct().ShouldBe(
            ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.token.type", "currency"], ignoreOrder: true);
    }
}
