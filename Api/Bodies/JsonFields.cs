using System.Text.Json;

namespace CloudIa.Api.Bodies;

/// <summary>
/// A body that must be one JSON object, and what is wrong with it by field. Read by hand, because that is to be named all at once, and an unknown field is
/// more likely a typing error than something to ignore.
/// </summary>
internal sealed class JsonFields
{
    /// <summary>The body as a whole, among the errors.</summary>
    public const string Body = "$";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private JsonFields()
    {
    }

    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>False: it is no JSON object, or could not be read to its end. <see cref="Body"/> has the reason.</summary>
    public bool IsWhole { get; private set; }

    public bool IsEmpty => _seen.Count == 0;

    /// <param name="known">The fields that there are.</param>
    /// <param name="read">Takes one of them and its value; what it returns is wrong with it.</param>
    /// <param name="saysKind">Where it is no object, say what it is.</param>
    public static async Task<JsonFields> ReadAsync(
        Stream body, string[] known, Func<string, JsonElement, string?> read, CancellationToken cancellationToken, bool saysKind = false)
    {
        var fields = new JsonFields();
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
                fields.Read(root, known, read);
            else
                fields.Errors[Body] = [$"It must be a JSON object{(saysKind ? $", not {KindOf(root)}" : "")}. Its fields are {string.Join(", ", known)}."];
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            fields.Errors[Body] = [$"The body is empty or not one JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."];
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            fields.Errors[Body] = ["A text in it is not valid Unicode."];
        }

        return fields;
    }

    public void Require(string name)
    {
        if (IsWhole && !_seen.Contains(name))
            Errors[name] = ["It is required."];
    }

    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private void Read(JsonElement root, string[] known, Func<string, JsonElement, string?> read)
    {
        foreach (var property in root.EnumerateObject())
        {
            var name = property.Name;
            var problem = !_seen.Add(name) ? "It is given twice."
                : known.Contains(name) ? read(name, property.Value)
                : $"There is no such field. The fields are {string.Join(", ", known)}.";
            if (problem is not null)
                Errors[Printable(name)] = [problem];
        }

        IsWhole = true;
    }

    /// <summary>A field's name goes into the answer, so it is cut to something short.</summary>
    internal static string Printable(string name) => name.Length <= 64 ? name : string.Concat(name.AsSpan(0, 64), "…");
}
