using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Without_configuration_there_is_an_echo()
    {
        using var models = Create();

        models.Select(null).ShouldSatisfyAllConditions(m => m.Provider.ShouldBe("echo"), m => m.Model.ShouldBe("echo"));
        models.Select("echo").ShouldBeSameAs(models.Select(""));
    }

    [Fact]
    public void A_model_is_found_with_the_first_provider_that_lists_it()
    {
        using var models = Create(
            new() { Name = "a", Model = "small", Models = ["large", "small"] },
            new() { Name = "b", Models = ["large", "other"] });

        models.Select(null).ShouldSatisfyAllConditions(m => m.Provider.ShouldBe("a"), m => m.Model.ShouldBe("small"));
        models.Select("large").Provider.ShouldBe("a");
        models.Select("other").Provider.ShouldBe("b");
    }

    [Fact]
    public void All_providers_that_serve_a_name_are_tried_in_their_order()
    {
        using var models = Create(
            new() { Name = "a", Model = "small", Aliases = { ["fast"] = "small-2" } },
            new() { Name = "b", Models = ["fast", "small"] },
            new() { Name = "c", Aliases = { ["fast"] = "x" }, Model = "other" });

        models.Candidates("fast").Select(m => m.Provider).ShouldBe(["a", "b", "c"]);
        models.Candidates(null).Select(m => m.Provider).ShouldBe(["a", "b"]);
        models.Candidates("fast").ShouldAllBe(m => m.Model == "fast");
        models.LongestPass("other").ShouldBe(TimeSpan.FromSeconds(91));
        models.LongestPass("fast").ShouldBe(TimeSpan.FromSeconds(273));
    }

    [Fact]
    public async Task A_provider_is_asked_for_its_own_name_of_a_model()
    {
        using var models = Create(new LlmProviderOptions { Aliases = { ["fast"] = "theirs" }, WordDelay = TimeSpan.Zero });

        var answer = await models.Select("fast").Client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken);

        answer.ModelId.ShouldBe("theirs");
    }

    [Fact]
    public void An_unknown_model_is_refused_without_repeating_its_name()
    {
        using var models = Create(new LlmProviderOptions { Models = ["small", "large"] });

        var refusal = Should.Throw<ModelRefusedException>(() => models.Select("canary"));

        refusal.Message.ShouldContain("small, large");
        refusal.Message.ShouldNotContain("canary");
    }

    private static ModelCatalog Create(params LlmProviderOptions[] providers) => ModelRig.Create(providers);
}
