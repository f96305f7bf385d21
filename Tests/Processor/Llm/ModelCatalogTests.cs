using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
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
    public void An_unknown_model_is_refused_without_repeating_its_name()
    {
        using var models = Create(new LlmProviderOptions { Models = ["small", "large"] });

        var refusal = Should.Throw<ModelRefusedException>(() => models.Select("canary"));

        refusal.Message.ShouldContain("small, large");
        refusal.Message.ShouldNotContain("canary");
    }

    private static ModelCatalog Create(params LlmProviderOptions[] providers) => new ModelCatalogFactory(
        Options.Create(new LlmOptions { Providers = [.. providers] }), TimeProvider.System, Random.Shared, NullLoggerFactory.Instance).Create();
}
