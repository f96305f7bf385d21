using CloudIa.Tests.FakeAnthropic;
using CloudIa.Tests.FakeOpenAi;

namespace CloudIa.Tests.Processor.Failover;

/// <summary>A processor whose one model is served by OpenAI's fake first and by Anthropic's after it.</summary>
internal sealed class TwoProviders : IAsyncDisposable
{
    public const string Text = "The backup's answer.";

    public required FakeOpenAiServer First { get; init; }

    public required FakeAnthropicServer Second { get; init; }

    public required ProcessorDriver Processor { get; init; }

    public static async Task<TwoProviders> StartAsync(bool hasSecond = true, params (string Key, string Value)[] settings)
    {
        var first = await FakeOpenAiServer.StartAsync();
        var second = await FakeAnthropicServer.StartAsync();
        second.Default = new() { Text = Text };
        List<(string Key, string Value)> all =
        [
            ("Llm:Providers:0:Name", "first"), ("Llm:Providers:0:Type", "openai"), ("Llm:Providers:0:BaseUrl", first.BaseUrl.ToString()),
            ("Llm:Providers:0:ApiKey", "canary-key"), ("Llm:Providers:0:Model", "m"), ("Llm:Providers:0:RetryDelay", "00:00:00.001"), ("Llm:Providers:0:MaxRetries", "1"),
            ("Llm:Providers:0:BreakerMinimumTries", "10000"),
        ];
        if (hasSecond)
        {
            all.AddRange(
            [
                ("Llm:Providers:1:Name", "second"), ("Llm:Providers:1:Type", "anthropic"), ("Llm:Providers:1:BaseUrl", second.BaseUrl.ToString()),
                ("Llm:Providers:1:ApiKey", "canary-key"), ("Llm:Providers:1:Aliases:m", "claude"), ("Llm:Providers:1:RetryDelay", "00:00:00.001"),
                ("Llm:Providers:1:MaxRetries", "0"), ("Llm:Providers:1:BreakerMinimumTries", "10000"),
            ]);
        }

        return new() { First = first, Second = second, Processor = await ProcessorDriver.StartAsync(null, [.. all.ExceptBy(settings.Select(x => x.Key), x => x.Key), .. settings]) };
    }

    public async ValueTask DisposeAsync()
    {
        await Processor.DisposeAsync();
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
