namespace MassTransit;

/// <summary>Options of the host, for configuration files. What <c>cfg.Host(…)</c> says wins.</summary>
public class AmazonSqsTransportOptions
{
    /// <summary>A region's system name, such as <c>eu-west-1</c>. Null: nothing here applies.</summary>
    public string? Region { get; set; }

    /// <summary>A prefix that keeps the queues of several systems in one account apart.</summary>
    public string? Scope { get; set; }

    /// <summary>With <see cref="SecretKey"/>; null takes the SDK's own chain of credentials.</summary>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }
}
