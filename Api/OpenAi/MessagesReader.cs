using System.Text.Json;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>Reads <c>messages</c> of the chat completions.</summary>
internal sealed class MessagesReader : MessageReader
{
    private static readonly MessagesReader Instance = new();

    protected override string Field => "messages";

    protected override string Form => "It must be an array of messages.";

    protected override IReadOnlyList<string> PartTypes { get; } = ["text"];

    protected override string OtherParts => "images, audio or files";

    /// <returns>The last thing that the user says, and all messages, the one with it without its content.</returns>
    /// <exception cref="RequestRefusedException">They cannot be passed on.</exception>
    public static (string Prompt, List<GivenMessage> Messages) Read(JsonElement value)
    {
        var (messages, last) = Instance.ReadAll(value);
        var prompt = messages[last].Content!;
        messages[last] = messages[last] with { Content = null };
        return (prompt, messages);
    }

    protected override void CheckRole(string name, string? role)
    {
        if (role is "tool" or "function")
            throw RequestRefusedException.Unsupported(name, "Tools are not supported here: there are system, developer, user and assistant.");
    }

    protected override bool IsLeftOut(JsonProperty field) =>
        field.Name is "refusal" or "audio" or "tool_calls" or "function_call" or "annotations" or "name" && IsNothing(field.Value);
}
