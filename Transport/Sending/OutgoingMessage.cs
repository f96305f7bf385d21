using System.Text;
using Amazon.SQS.Model;

namespace CloudIa.Transport.Sending;

/// <summary>A message on its way to a queue or topic.</summary>
internal sealed class OutgoingMessage
{
    /// <param name="body">As it is.</param>
    /// <param name="attributes">Those that are texts.</param>
    /// <param name="typed">Numbers, binaries and the like, which only a move from one queue to another has.</param>
    public OutgoingMessage(string body, IReadOnlyDictionary<string, string> attributes,
        IReadOnlyDictionary<string, MessageAttributeValue>? typed = null)
    {
        (Body, Attributes, Typed) = (body, attributes, typed);
        Size = Bytes(body) + attributes.Sum(x => Bytes(x.Key) + StringType.Length + Bytes(x.Value));
        if (typed is not null)
        {
            Size += typed.Sum(x => Bytes(x.Key) + Bytes(x.Value.DataType) + Bytes(x.Value.StringValue ?? "") +
                (int)(x.Value.BinaryValue?.Length ?? 0));
        }
    }

    public const string StringType = "String";

    public string Body { get; }

    public IReadOnlyDictionary<string, string> Attributes { get; }

    public IReadOnlyDictionary<string, MessageAttributeValue>? Typed { get; }

    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    public int? DelaySeconds { get; init; }

    /// <summary>Bytes as AWS counts them: body, and name, type and value of each attribute.</summary>
    public int Size { get; }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
