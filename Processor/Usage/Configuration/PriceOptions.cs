namespace CloudIa.Processor.Usage.Configuration;

/// <summary>What models cost. Section <c>Llm:Prices</c>.</summary>
public sealed class PriceOptions
{
    /// <summary>Default: none, so that nothing has a cost. The first that fits counts; one that names its provider fits before one that does not.</summary>
    public List<ModelPrice> Prices { get; set; } = [];
}

/// <summary>The price of one model. Section <c>Llm:Prices:&lt;n&gt;</c>.</summary>
public sealed class ModelPrice
{
    /// <summary>As its provider answers with it, or as it is asked for.</summary>
    public string Model { get; set; } = "";

    /// <summary>The provider's name; left out: whichever.</summary>
    public string? Provider { get; set; }

    /// <summary>For a million tokens of input. 0 or more.</summary>
    public decimal? InputPerMillion { get; set; }

    /// <summary>For a million tokens of output. 0 or more.</summary>
    public decimal? OutputPerMillion { get; set; }

    /// <summary>For a million tokens of input that the provider had from before. Default: <see cref="InputPerMillion"/>.</summary>
    public decimal? CachedInputPerMillion { get; set; }

    /// <summary>Three capital letters (ISO 4217). Default <c>USD</c>.</summary>
    public string Currency { get; set; } = "USD";
}
