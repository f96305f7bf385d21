using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace CloudIa.Store.Tables;

/// <summary>The keys of the single table. Two kinds of row never share a partition key's prefix.</summary>
internal static class Keys
{
    public const string ChatPrefix = "CHAT#";
    public const string MessagePrefix = "MSG#";

    /// <summary>The index of rows that something is still to be done with: open jobs, and failures nobody has seen to.</summary>
    public const string OpenIndex = "open";

    public const string FailurePrefix = "FAILURE#";
    private const string JobSortKey = "JOB";

    public static Dictionary<string, AttributeValue> Job(Guid jobId) => Of(JobPartition(jobId), JobSortKey);

    public static string JobPartition(Guid jobId) => $"JOB#{jobId:N}";

    /// <summary>With its job, where that is known.</summary>
    public static Dictionary<string, AttributeValue> Failure(FailureRecord failure) => Of(
        failure.JobId is { } jobId ? JobPartition(jobId) : "FAILURE", $"{FailurePrefix}{failure.Queue}#{failure.Kind}#{failure.MessageId}");

    public static Dictionary<string, AttributeValue> Chat(string userId, Guid chatId) => Of(ChatsOf(userId), $"{ChatPrefix}{chatId:N}");

    public static Dictionary<string, AttributeValue> Message(Guid chatId, long sequence) => Of(MessagesOf(chatId), MessageSortKey(sequence));

    public static string ChatsOf(string userId) => $"USER#{userId}";

    public static string MessagesOf(Guid chatId) => $"CHAT#{chatId:N}";

    /// <summary>Twelve digits, so that the order of the text is the order of the numbers.</summary>
    public static string MessageSortKey(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{MessagePrefix}{sequence:D12}");

    public static long SequenceOf(string sortKey) => long.Parse(sortKey.AsSpan(MessagePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    private static Dictionary<string, AttributeValue> Of(string partition, string sort) => new()
    {
        [Attributes.PartitionKey] = new AttributeValue(partition),
        [Attributes.SortKey] = new AttributeValue(sort),
    };
}
