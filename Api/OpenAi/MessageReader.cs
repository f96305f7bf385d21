using System.Text;
using System.Text.Json;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>Reads messages of text by system, developer, user and assistant. What is passed on is the same for both protocols; what they call it is not.</summary>
internal abstract class MessageReader
{
    protected const string User = "user";

    /// <summary>The field that holds the messages.</summary>
    protected abstract string Field { get; }

    /// <summary>What is wrong where it is not what it must be.</summary>
    protected abstract string Form { get; }

    /// <summary>What parts of text are called.</summary>
    protected abstract IReadOnlyList<string> PartTypes { get; }

    /// <summary>What else there is, and is not supported here: "images, audio or files".</summary>
    protected abstract string OtherParts { get; }

    /// <returns>All messages, and the place of the last thing that the user says.</returns>
    /// <exception cref="RequestRefusedException">They cannot be passed on.</exception>
    protected (List<GivenMessage> Messages, int PromptAt) ReadAll(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw RequestRefusedException.Invalid(Field, Form);

        List<GivenMessage> messages = [.. value.EnumerateArray().Select(Message)];
        var last = messages.FindLastIndex(message => message.Role == User);
        if (last < 0)
            throw RequestRefusedException.Invalid(Field, "None of its messages is by the user: there is nothing to answer.");
        if (string.IsNullOrWhiteSpace(messages[last].Content))
            throw RequestRefusedException.Invalid($"{Field}[{last}].content", "The user's last message must not be empty.");
        return (messages, last);
    }

    /// <summary>Refuses a message by something else than its fields.</summary>
    protected virtual void Check(string at, JsonElement message)
    {
    }

    /// <summary>Refuses a role by a better reason than that it is none.</summary>
    protected virtual void CheckRole(string name, string? role)
    {
    }

    /// <summary>Whether a field besides role and content may be left out: an earlier answer has it, and comes back with it.</summary>
    protected abstract bool IsLeftOut(JsonProperty field);

    /// <summary>Refuses what a part has besides type and text.</summary>
    protected virtual void CheckPart(string at, JsonElement part)
    {
    }

    /// <summary>Annotations and the like, of which there were none.</summary>
    protected static bool IsNothing(JsonElement value) => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private GivenMessage Message(JsonElement message, int index)
    {
        var at = $"{Field}[{index}]";
        if (message.ValueKind != JsonValueKind.Object)
            throw RequestRefusedException.Invalid(at, "It must be an object with role and content.");
        Check(at, message);

        string? role = null, content = null;
        foreach (var property in message.EnumerateObject())
        {
            var name = $"{at}.{FieldValue.Printable(property.Name)}";
            switch (property.Name)
            {
                case "role":
                    role = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
                    CheckRole(name, role);
                    if (role is not ("system" or "developer" or User or "assistant"))
                        throw RequestRefusedException.Invalid(name, "It must be system, developer, user or assistant.");
                    break;
                case "content":
                    content = Content(name, property.Value);
                    break;
                default:
                    if (!IsLeftOut(property))
                        throw RequestRefusedException.Unsupported(name, "It is not supported here: a message has role and content.");
                    break;
            }
        }

        return new GivenMessage
        {
            Role = role ?? throw RequestRefusedException.Missing($"{at}.role", "It is required: system, developer, user or assistant."),
            Content = content ?? throw RequestRefusedException.Missing($"{at}.content", "It is required: a text, or an array of text parts."),
        };
    }

    private string Content(string at, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString()!;
        if (value.ValueKind != JsonValueKind.Array)
            throw RequestRefusedException.Invalid(at, "It must be a text, or an array of text parts.");

        var text = new StringBuilder();
        foreach (var (index, part) in value.EnumerateArray().Index())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
                throw RequestRefusedException.Invalid($"{at}[{index}]", "It must be an object with type and text.");
            if (!PartTypes.Any(x => type.ValueEquals(x)))
                throw RequestRefusedException.Unsupported($"{at}[{index}].type", $"Only parts of text ({string.Join(", ", PartTypes)}) are supported here: no {OtherParts}.");
            if (!part.TryGetProperty("text", out var said) || said.ValueKind != JsonValueKind.String)
                throw RequestRefusedException.Invalid($"{at}[{index}].text", "It must be a text.");
            CheckPart($"{at}[{index}]", part);
            text.Append(said.GetString());
        }

        return text.ToString();
    }
}
