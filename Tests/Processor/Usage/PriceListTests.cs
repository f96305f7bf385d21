using CloudIa.Contracts;
using CloudIa.Processor.Usage;
using CloudIa.Processor.Usage.Configuration;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Usage;

public sealed class PriceListTests
{
    private static readonly TokenUsage Usage = new() { InputTokens = 1_000, OutputTokens = 200, CachedInputTokens = 400 };

    [Fact]
    public void Cached_input_has_its_own_price_or_that_of_all_input()
    {
        Of(Price("m", cached: 0.5m)).CostOf("p", "m", "m", Usage).ShouldBe(new() { Amount = 0.004m, Currency = "USD" });
        Of(Price("m")).CostOf("p", "m", "m", Usage).ShouldBe(new() { Amount = 0.005m, Currency = "USD" });
    }

    [Fact]
    public void Thirds_of_a_cent_are_kept() => Of(Price("m", input: 0.15m)).CostOf("p", "m", "m", new() { InputTokens = 1, OutputTokens = 0 })!.Amount.ShouldBe(0.00000015m);

    [Fact]
    public void The_model_that_answered_is_priced_and_else_the_one_that_was_asked()
    {
        var prices = Of(Price("m", input: 1), Price("m-2026", input: 2));

        prices.CostOf("p", "m-2026", "m", Input(1_000_000))!.Amount.ShouldBe(2);
        prices.CostOf("p", "m-2027", "m", Input(1_000_000))!.Amount.ShouldBe(1);
    }

    [Fact]
    public void A_price_of_the_provider_comes_before_one_of_any_and_another_providers_is_none()
    {
        var prices = Of(Price("m", input: 1), Price("m", input: 2, provider: "near"));

        prices.CostOf("near", "m", "m", Input(1_000_000))!.Amount.ShouldBe(2);
        prices.CostOf("far", "m", "m", Input(1_000_000))!.Amount.ShouldBe(1);
        Of(Price("m", provider: "near")).CostOf("far", "m", "m", Usage).ShouldBeNull();
    }

    [Fact]
    public void What_has_no_price_or_no_count_has_no_cost_and_what_is_free_costs_nothing()
    {
        Of().CostOf("p", "m", "m", Usage).ShouldBeNull();
        Of(Price("m")).CostOf("p", "m", "m", new()).ShouldBeNull();
        Of(Price("m", input: 0, output: 0)).CostOf("p", "m", "m", Usage)!.Amount.ShouldBe(0);
    }

    [Fact]
    public void A_bad_price_is_said_with_why_and_what_to_do()
    {
        var options = new PriceOptions { Prices = [new() { Model = " ", InputPerMillion = -1, Currency = "usd" }] };

        var failures = new PriceOptionsValidator().Validate(null, options).Failures.ShouldNotBeNull().ToList();

        failures.ShouldBe(
        [
            "Llm:Prices:0:Model is empty, so it is the price of nothing. Name the model as its provider does.",
            "Llm:Prices:0:InputPerMillion is -1, not from 0 to 1000000: it is for a million tokens, in whole units of the currency.",
            "Llm:Prices:0:OutputPerMillion is missing: what a call costs would be wrong. Give the provider's price for a million tokens; 0 where it is free.",
            "Llm:Prices:0:Currency is 'usd', not three capital letters (ISO 4217). USD is a good value.",
        ]);
    }

    private static TokenUsage Input(long tokens) => new() { InputTokens = tokens, OutputTokens = 0 };

    private static ModelPrice Price(string model, decimal input = 3, decimal output = 10, decimal? cached = null, string? provider = null) =>
        new() { Model = model, Provider = provider, InputPerMillion = input, OutputPerMillion = output, CachedInputPerMillion = cached };

    private static PriceList Of(params ModelPrice[] prices) => new(Options.Create(new PriceOptions { Prices = [.. prices] }));
}
