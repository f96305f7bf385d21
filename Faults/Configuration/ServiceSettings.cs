using CloudIa.Faults.Model;

namespace CloudIa.Faults.Configuration;

/// <summary>What all services are started with: short times, so that what takes minutes in production shows in seconds. The rules between them hold.</summary>
internal static class ServiceSettings
{
    public const string Table = "faults";

    public static IReadOnlyDictionary<string, string?> Shared { get; } = new Dictionary<string, string?>
    {
        ["Messaging:Region"] = "us-east-1",
        ["Messaging:AccessKey"] = "local",
        ["Messaging:SecretKey"] = "local",
        ["Messaging:WaitTimeSeconds"] = "2",
        ["Messaging:VisibilityTimeoutSeconds"] = "5",
        ["Store:Region"] = "us-east-1",
        ["Store:AccessKey"] = "local",
        ["Store:SecretKey"] = "local",
        ["Store:TableName"] = Table,
        ["Processor:RunLease"] = "00:00:03",
        ["Processor:RedeliveryDelay"] = "00:00:01",
        ["Processor:RedeliveryLimit"] = "3",
        ["Notifier:Redeliveries"] = "2",
        ["Jobs:StepDeadline"] = "00:00:15",
        ["Jobs:InvokingDeadline"] = "00:00:30",
        ["Jobs:TurnCheck"] = "00:00:03",
        ["Jobs:Lifetime"] = "00:02:00",
        ["Sweeper:Interval"] = "00:00:01",
        ["Sweeper:Lease"] = "00:00:03",
        ["Sweeper:RowInterval"] = "00:00:02",
        ["Sweeper:RowGrace"] = "00:00:05",
        ["Llm:Providers:0:Type"] = "openai",
        ["Llm:Providers:0:ApiKey"] = "a-key",
        ["Llm:Providers:0:Model"] = ModelServer.ModelName,
        ["Llm:Providers:0:TotalTimeout"] = "00:00:04",
        ["Llm:Providers:0:FirstTokenTimeout"] = "00:00:02",
        ["Llm:Providers:0:BetweenTokensTimeout"] = "00:00:02",
        ["Llm:Providers:0:RetryDelay"] = "00:00:00.1",
        ["Llm:Providers:0:MaxRetryDelay"] = "00:00:02",
        ["Llm:Providers:0:BreakerPause"] = "00:00:02",
    };

    /// <param name="model">The address at which this service calls the model.</param>
    public static IEnumerable<KeyValuePair<string, string?>> For(Uri model) => Shared.Append(new("Llm:Providers:0:BaseUrl", model.ToString()));
}
