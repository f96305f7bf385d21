using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Invoking;

/// <summary>What a model is asked, and how.</summary>
/// <param name="Options">Null: as the provider does by itself.</param>
internal sealed record ModelRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options);
