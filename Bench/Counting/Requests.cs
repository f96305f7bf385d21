namespace CloudIa.Bench.Counting;

/// <summary>Names under which requests are counted: the API's actions, with polls told apart by what they brought.</summary>
internal static class Requests
{
    public const string Send = "SendMessageBatch";
    public const string Publish = "PublishBatch";
    public const string Delete = "DeleteMessageBatch";
    public const string Poll = "ReceiveMessage";
    public const string EmptyPoll = "ReceiveMessage (empty)";
}
