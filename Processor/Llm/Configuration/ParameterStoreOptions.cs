namespace CloudIa.Processor.Llm.Configuration;

/// <summary>Where AWS Systems Manager's Parameter Store is, for <see cref="LlmProviderOptions.ApiKeyParameter"/>. Section <c>Llm:ParameterStore</c>.</summary>
public sealed class ParameterStoreOptions
{
    /// <summary>AWS region. Default <c>us-east-1</c>.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Address of something that speaks its protocol and is not AWS. Null: AWS itself.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Together with <see cref="SecretKey"/>; both null: the SDK's own chain (environment, profile, role).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Together with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>How often a key is read again; and at once when its provider does not take it. Default 5 min; 10 s to 1 day.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(5);
}
