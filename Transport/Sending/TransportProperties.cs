namespace CloudIa.Transport.Sending;

/// <summary>Names under which an outbox keeps them; the official transport's.</summary>
internal static class TransportProperties
{
    public const string GroupId = "SQS-GroupId";
    public const string DeduplicationId = "SQS-DeduplicationId";
}
