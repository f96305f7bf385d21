using System.Text;

namespace CloudIa.Transport.Sending;

/// <summary>A message on its way to a queue or topic.</summary>
internal sealed class OutgoingMessage
{
    public OutgoingMessage(string body, IReadOnlyDictionary<string, string> attributes)
    {
        (Body, Attributes) = (body, attributes);
        Size = Encoding.UTF8.GetByteCount(body) + attributes.Sum(x =>
            Encoding.UTF8.GetByteCount(x.Key) + StringType.Length + Encoding.UTF8.GetByteCount(x.Value));
    }

    public const string StringType = "String";

    public string Body { get; }

    public IReadOnlyDictionary<string, string> Attributes { get; }

    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    public int? DelaySeconds { get; init; }

    /// <summary>Bytes as AWS counts them: body, and name, type and value of each attribute.</summary>
    public int Size { get; }
}
