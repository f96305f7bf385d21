using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>What SQS takes as attributes of a queue.</summary>
internal static class QueueAttributes
{
    private const int PolicyBytes = 8192;

    public static readonly Dictionary<string, string> Defaults = new()
    {
        ["VisibilityTimeout"] = "30",
        ["DelaySeconds"] = "0",
        ["MaximumMessageSize"] = "1048576",
        ["MessageRetentionPeriod"] = "345600",
        ["ReceiveMessageWaitTimeSeconds"] = "0",
    };

    private static readonly Dictionary<string, (int Least, int Most)> Ranges = new()
    {
        ["VisibilityTimeout"] = (0, 43200),
        ["DelaySeconds"] = (0, 900),
        ["MaximumMessageSize"] = (1024, 1048576),
        ["MessageRetentionPeriod"] = (60, 1209600),
        ["ReceiveMessageWaitTimeSeconds"] = (0, 20),
        ["KmsDataKeyReusePeriodSeconds"] = (60, 86400),
    };

    private static readonly string[] Others =
    [
        "Policy", "RedrivePolicy", "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope",
        "FifoThroughputLimit", "SqsManagedSseEnabled", "KmsMasterKeyId",
    ];

    public static void Check(FakeAccount account, string queue, Dictionary<string, string> attributes, bool creating)
    {
        var fifo = queue.EndsWith(".fifo", StringComparison.Ordinal);
        foreach (var (name, value) in attributes)
        {
            if (Ranges.TryGetValue(name, out var range))
            {
                if (!int.TryParse(value, out var number) || number < range.Least || number > range.Most)
                    throw Bad(name);
            }
            else if (!Others.Contains(name))
            {
                throw new AwsError("InvalidAttributeName", $"Unknown Attribute {name}.");
            }

            if (name is "FifoQueue" && (!creating || !fifo || value != "true"))
                throw Bad(name);
            if (name is "ContentBasedDeduplication" && (!fifo || value is not ("true" or "false")))
                throw Bad(name);
            if (name is "Policy")
                CheckPolicy(value);
            if (name is "RedrivePolicy" && value.Length > 0)
                CheckRedrive(account, value, fifo);
        }

        if (creating && fifo && !attributes.ContainsKey("FifoQueue"))
            throw AwsError.Parameter("The name of a FIFO queue can only be used with the FifoQueue attribute.");
    }

    private static void CheckPolicy(string value)
    {
        if (Encoding.UTF8.GetByteCount(value) > PolicyBytes)
            throw new AwsError("OverLimit", $"The policy is longer than {PolicyBytes} bytes.");
        try
        {
            if (value.Length > 0 && JsonNode.Parse(value) is not JsonObject)
                throw Bad("Policy");
        }
        catch (JsonException)
        {
            throw Bad("Policy");
        }
    }

    private static void CheckRedrive(FakeAccount account, string value, bool fifo)
    {
        try
        {
            var policy = JsonNode.Parse(value)!.AsObject();
            var most = int.Parse(policy["maxReceiveCount"]!.ToString(), null);
            var target = account.QueueByArn(policy["deadLetterTargetArn"]!.GetValue<string>());
            if (most is < 1 or > 1000 || target is null || target.IsFifo != fifo)
                throw Bad("RedrivePolicy");
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or FormatException)
        {
            throw Bad("RedrivePolicy");
        }
    }

    private static AwsError Bad(string name) => new("InvalidAttributeValue", $"Invalid value for the parameter {name}.");
}
