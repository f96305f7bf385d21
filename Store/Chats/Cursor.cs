using System.Buffers.Text;
using System.Text;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Chats;

/// <summary>
/// A place in a list, as text that a client keeps and gives back: the sort key alone. The partition is always the caller's own, so that a
/// forged cursor reaches nothing that the caller could not list anyway.
/// </summary>
internal static class Cursor
{
    private const int MaxLength = 200;

    public static string? From(Dictionary<string, AttributeValue>? lastKey) => lastKey is { Count: > 0 }
        ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey.Text(Attributes.SortKey)))
        : null;

    /// <exception cref="InvalidCursorException">It is not one of a list whose sort keys begin with <paramref name="prefix"/>.</exception>
    public static Dictionary<string, AttributeValue>? To(string? cursor, string partition, string prefix)
    {
        if (cursor is null)
            return null;

        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
            throw new InvalidCursorException("it is not base64url text of a few characters");

        var sort = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        if (!sort.StartsWith(prefix, StringComparison.Ordinal) || (prefix == Keys.MessagePrefix && sort.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9')))
            throw new InvalidCursorException("it belongs to another list");

        return new Dictionary<string, AttributeValue>
        {
            [Attributes.PartitionKey] = new AttributeValue(partition),
            [Attributes.SortKey] = new AttributeValue(sort),
        };
    }
}
