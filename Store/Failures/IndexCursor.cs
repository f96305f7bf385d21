using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Failures;

/// <summary>A place in the index of open rows, as text. Only for operators, who may see all rows anyway.</summary>
internal static class IndexCursor
{
    private static readonly string[] Names = [Attributes.PartitionKey, Attributes.SortKey, Attributes.Open, Attributes.OpenSince];

    public static string? From(Dictionary<string, AttributeValue>? lastKey) => lastKey is { Count: > 0 }
        ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(lastKey.ToDictionary(x => x.Key, x => x.Value.S)))
        : null;

    /// <summary>The place after a row of the index.</summary>
    public static string? Of(Dictionary<string, AttributeValue> item) => From(Names.ToDictionary(x => x, x => item[x]));

    /// <param name="cursor">Null: the beginning.</param>
    /// <param name="partition">Of the index, which it must be a place in; null: any.</param>
    /// <exception cref="InvalidCursorException">It is not one of these.</exception>
    public static Dictionary<string, AttributeValue>? To(string? cursor, string? partition = null)
    {
        if (cursor is null)
            return null;

        try
        {
            var key = JsonSerializer.Deserialize<Dictionary<string, string?>>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)));
            return key is { Count: 4 } && Names.All(x => key.GetValueOrDefault(x) is { Length: > 0 }) && (partition ?? key[Attributes.Open]) == key[Attributes.Open]
                ? key.ToDictionary(x => x.Key, x => new AttributeValue(x.Value))
                : throw new InvalidCursorException("it is no place in this list");
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new InvalidCursorException("it cannot be read");
        }
    }
}
