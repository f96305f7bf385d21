namespace MassTransit;

/// <summary>Options of the host, for configuration files. What <c>cfg.Host(…)</c> says wins.</summary>
public class AmazonSqsTransportOptions
{
    /// <summary>A region's system name, such as <c>eu-west-1</c>. Null: nothing here applies.</summary>
    public string? Region { get; set; }

    /// <summary>Of the bus's address and of <c>topic:</c> addresses; <c>h.EnableScopedTopics()</c> puts it before the names of topics, too. Queues are named as the code says.</summary>
    public string? Scope { get; set; }

    /// <summary>With <see cref="SecretKey"/>; null takes the SDK's own chain of credentials.</summary>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }
}
