using CloudIa.Processor;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

public sealed class LlmOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Problems(new LlmOptions()).ShouldBeEmpty();

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var problems = Problems(new LlmOptions
        {
            ContextMessages = -1,
            MaxAnswerBytes = 5_000_000,
            Providers =
            [
                new() { Type = "gopher", Name = "x" },
                new() { Type = "openai", Name = "X", Model = "m" },
                new() { Type = "openai", Name = "y", BaseUrl = "localhost:11434/v1" },
            ],
        });

        problems.Count.ShouldBe(7);
        problems.ShouldContain(p => p.StartsWith("Llm:ContextMessages is -1, not from 0 to 1000"));
        problems.ShouldContain(p => p.StartsWith("Llm:MaxAnswerBytes is 5000000"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:0:Type is 'gopher'") && p.Contains("'openai'") && p.Contains("'anthropic'"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:1:ApiKey is missing") && p.Contains("Llm__Providers__1__ApiKey"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:2:BaseUrl is not an absolute"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:2:Model is missing"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers has 2 with the name 'x'"));
    }

    [Fact]
    public void Times_that_contradict_each_other_are_named_together()
    {
        var problems = Problems(With(new()
        {
            TotalTimeout = TimeSpan.FromSeconds(10),
            FirstTokenTimeout = TimeSpan.FromSeconds(20),
            RetryDelay = TimeSpan.FromSeconds(9),
            MaxRetryDelay = TimeSpan.FromSeconds(3),
        }));

        problems.Count.ShouldBe(2);
        problems.ShouldContain(p => p.Contains("FirstTokenTimeout is 00:00:20, longer than TotalTimeout (00:00:10)"));
        problems.ShouldContain(p => p.Contains("MaxRetryDelay is 00:00:03, shorter than RetryDelay (00:00:09)"));
    }

    [Fact]
    public void A_breaker_that_Polly_would_not_take_is_refused_before()
    {
        Problems(With(new()
        {
            BreakerFailureRatio = 0,
            BreakerMinimumTries = 1,
            BreakerPause = TimeSpan.Zero,
            BreakerWindow = TimeSpan.Zero,
            MaxRetries = -1,
            BetweenTokensTimeout = TimeSpan.Zero,
        })).Count.ShouldBe(6);
    }

    [Fact]
    public void A_key_has_one_source()
    {
        var problems = Problems(With(new() { Type = "anthropic", Model = "m", ApiKey = "canary", ApiKeyParameter = "/keys/a", ApiKeyFile = "/no/such/file" }));

        problems.Count.ShouldBe(2);
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:0:ApiKey is set, and so is ApiKeyFile and ApiKeyParameter"));
        problems.ShouldContain(p => p.StartsWith("Llm:Providers:0:ApiKeyFile is '/no/such/file', and there is no such file"));
        problems.ShouldAllBe(p => !p.Contains("canary"));
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai")]
    public void The_vendors_themselves_need_a_key_of_any_source(string type)
    {
        Problems(With(new() { Type = type, Model = "m" })).ShouldHaveSingleItem().ShouldStartWith("Llm:Providers:0:ApiKey is missing");
        Problems(With(new() { Type = type, Model = "m", ApiKeyParameter = "/keys/a" })).ShouldBeEmpty();
    }

    [Fact]
    public void What_limits_a_provider_is_checked()
    {
        var problems = Problems(new()
        {
            ParameterStore = new() { Region = "", RefreshInterval = TimeSpan.Zero, ServiceUrl = "here", AccessKey = "canary" },
            Providers = [new() { Type = "anthropic", Model = "m", ApiKey = "k", MaxOutputTokens = 0, MaxConcurrentCalls = 0, QueueTimeout = TimeSpan.FromHours(1), Aliases = { ["fast"] = " " } }],
        });

        problems.Count.ShouldBe(8);
        problems.ShouldAllBe(p => !p.Contains("canary"));
    }

    [Fact]
    public void A_server_that_is_not_OpenAIs_needs_no_key() =>
        Problems(With(new() { Type = "openai", BaseUrl = "http://localhost:11434/v1", Model = "llama" })).ShouldBeEmpty();

    [Fact]
    public void An_address_and_a_key_are_never_repeated()
    {
        var problems = Problems(With(new() { Type = "openai", BaseUrl = "ftp://user:canary@host", ApiKey = "canary", Model = "m" }));

        problems.ShouldHaveSingleItem().ShouldNotContain("canary");
    }

    [Fact]
    public async Task A_bad_section_stops_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Llm:Providers:0:Type"] = "gopher",
            ["Processor:RunLease"] = "00:00:01",
        });
        builder.AddProcessor();
        using var host = builder.Build();

        var failure = await Should.ThrowAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));

        failure.ToString().ShouldContain("'gopher'");
        failure.ToString().ShouldContain("Processor:RunLease is 00:00:01, not from 00:00:03 to 00:10:00");
    }

    [Fact]
    public void All_of_a_provider_can_be_configured()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Llm:Providers:0:Type"] = "openai",
            ["Llm:Providers:0:BaseUrl"] = "http://host/v1",
            ["Llm:Providers:0:Models:0"] = "m-1",
            ["Llm:Providers:0:Models:1"] = "m-2",
            ["Llm:Providers:0:FirstTokenTimeout"] = "00:00:05",
        });
        builder.AddProcessor();
        using var services = builder.Services.BuildServiceProvider();

        var provider = services.GetRequiredService<IOptions<LlmOptions>>().Value.Providers.ShouldHaveSingleItem();

        provider.Models.ShouldBe(["m-1", "m-2"]);
        provider.FirstTokenTimeout.ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static LlmOptions With(LlmProviderOptions provider) => new() { Providers = [provider] };

    private static List<string> Problems(LlmOptions options) => [.. new LlmOptionsValidator().Validate(null, options).Failures ?? []];
}
