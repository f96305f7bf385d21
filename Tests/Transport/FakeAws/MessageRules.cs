using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>What SQS and SNS take as a message.</summary>
internal static partial class MessageRules
{
    public const int SqsBytes = 1024 * 1024;
    public const int SnsBytes = 256 * 1024;

    private const int AttributeCount = 10;

    public static int Size(string body, JsonObject attributes) => Bytes(body) + attributes.Sum(x =>
        Bytes(x.Key) + Bytes(Text(x.Value, "DataType")) + Bytes(Text(x.Value, "StringValue"))
        + (Text(x.Value, "BinaryValue") is { Length: > 0 } binary ? Convert.FromBase64String(binary).Length : 0));

    public static void Check(string? body, JsonObject attributes, int mostBytes)
    {
        if (string.IsNullOrEmpty(body))
            throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
        if (!IsText(body))
            throw new AwsError("InvalidMessageContents", "Invalid binary character was found in the message body.");
        if (attributes.Count > AttributeCount)
            throw AwsError.Parameter($"Number of message attributes [{attributes.Count}] exceeds the allowed maximum [{AttributeCount}].");
        foreach (var (name, value) in attributes)
            CheckAttribute(name, value);
        if (Size(body, attributes) > mostBytes)
            throw AwsError.Parameter($"One or more parameters are invalid. Reason: Message must be shorter than {mostBytes} bytes.");
    }

    public static void CheckFifo(FakeQueue queue, string? groupId, string? deduplicationId, int? delay)
    {
        if (delay is < 0 or > 900)
            throw AwsError.Parameter($"Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
        if (!queue.IsFifo)
        {
            if (deduplicationId is not null)
                throw AwsError.Parameter("The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.");
            return;
        }

        if (delay is not null)
        {
            throw AwsError.Parameter($"Value {delay} for parameter DelaySeconds is invalid. " +
                "Reason: The request include parameter that is not valid for this queue type.");
        }

        if (string.IsNullOrEmpty(groupId))
            throw new AwsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
        if (deduplicationId is null && queue.Attributes.GetValueOrDefault("ContentBasedDeduplication") != "true")
        {
            throw AwsError.Parameter("The queue should either have ContentBasedDeduplication enabled or " +
                "MessageDeduplicationId provided explicitly");
        }

        CheckId(groupId);
        CheckId(deduplicationId);
    }

    public static void CheckId(string? id)
    {
        if (id is not null && (id.Length is < 1 or > 128 || id.Any(x => x is < '!' or > '~')))
            throw AwsError.Parameter($"Value {id} is invalid. Reason: it can only include alphanumeric and punctuation characters, 1 to 128 in length.");
    }

    private static void CheckAttribute(string name, JsonNode? value)
    {
        if (name.Length > 256 || !AttributeName().IsMatch(name) || name.Contains("..", StringComparison.Ordinal)
            || name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase))
        {
            throw AwsError.Parameter($"The message attribute name '{name}' is invalid.");
        }

        var type = Text(value, "DataType");
        var content = type.StartsWith("Binary", StringComparison.Ordinal) ? Text(value, "BinaryValue") : Text(value, "StringValue");
        if (!(type.Split('.')[0] is "String" or "Number" or "Binary"))
            throw AwsError.Parameter($"The type of message attribute '{name}' is invalid.");
        if (content.Length == 0)
            throw AwsError.Parameter($"Message attribute '{name}' must contain a non-empty message attribute value.");
        if (!IsText(content))
            throw AwsError.Parameter($"The message attribute '{name}' with type '{type}' contains invalid characters.");
    }

    // #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
    private static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is not (0x9 or 0xA or 0xD or (>= 0x20 and <= 0xFFFD) or >= 0x10000))
                return false;
        }

        return true;
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static string Text(JsonNode? value, string name) => value?[name]?.GetValue<string>() ?? "";

    [GeneratedRegex(@"^[A-Za-z0-9_\-](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?$")]
    private static partial Regex AttributeName();
}
