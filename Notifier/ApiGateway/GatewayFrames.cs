using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>An event as frames that API Gateway takes: one, or several parts of one event with a long text.</summary>
/// <remarks>
/// Parts have the event's own fields and number, <c>part</c> (from 1) and <c>parts</c>, and each a piece of <c>content</c>; joined in order they
/// are the event. A piece ends between two grapheme clusters, so that a client that shows them as they come never shows half an emoji; a cluster that
/// does not fit into a frame is cut between two code points.
/// </remarks>
internal static class GatewayFrames
{
    // Room for ,"part":9999,"parts":9999
    private const int Numbering = 40;

    public static IReadOnlyList<byte[]> Of(ClientEvent value, int limit = ApiGatewayLimits.FrameBytes)
    {
        var whole = ClientEventJson.SerializeToUtf8Bytes(value);
        if (whole.Length <= limit)
        {
            return [whole];
        }

        var content = ContentOf(value);
        var room = limit - Numbering - ClientEventJson.SerializeToUtf8Bytes(WithContent(value, "")).Length;
        if (content.Length == 0 || room <= 0)
        {
            throw new InvalidOperationException(
                $"The event {value.Seq} of job {value.JobId} has {whole.Length} bytes, of which {content.Length} characters are content: it cannot be cut into frames of {limit}.");
        }

        var pieces = Cut(content, room);
        return [.. pieces.Select((piece, i) => Numbered(ClientEventJson.SerializeToUtf8Bytes(WithContent(value, piece)), i + 1, pieces.Count))];
    }

    private static List<string> Cut(string content, int room)
    {
        var pieces = new List<string>();
        var begin = 0;
        var bytes = 0;
        for (var at = 0; at < content.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(content, at);
            var size = BytesOf(content.AsSpan(at, length));
            if (size > room)
            {
                length = Rune.TryGetRuneAt(content, at, out var rune) ? rune.Utf16SequenceLength : 1;
                size = BytesOf(content.AsSpan(at, length));
            }

            if (bytes + size > room)
            {
                pieces.Add(content[begin..at]);
                begin = at;
                bytes = 0;
            }

            at += length;
            bytes += size;
        }

        pieces.Add(content[begin..]);
        return pieces;
    }

    // As ClientEventJson writes it.
    private static int BytesOf(ReadOnlySpan<char> element) => element is [>= ' ' and <= '~' and not '"' and not '\\']
        ? 1
        : JsonEncodedText.Encode(element, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length;

    private static byte[] Numbered(byte[] json, int part, int parts) =>
        [.. json.AsSpan(..^1), .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"part\":{part},\"parts\":{parts}}}"))];

    private static string ContentOf(ClientEvent value) => value switch
    {
        MessageDelta delta => delta.Content,
        MessageCompleted completed => completed.Content,
        _ => "",
    };

    private static ClientEvent WithContent(ClientEvent value, string content) => value switch
    {
        MessageDelta delta => delta with { Content = content },
        MessageCompleted completed => completed with { Content = content },
        _ => value,
    };
}
