using CloudIa.Processor.Llm.Configuration;
using CloudIa.Store;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>What a model is asked: the conversation that came with the job; else the system prompt, the last messages that led to the new one, the new one.</summary>
internal sealed class ConversationBuilder(IChatStore chats, IOptions<LlmOptions> options)
{
    public async Task<ModelRequest> BuildAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Conversation is { } given)
        {
            return AsGiven(GivenConversation.Parse(given), job.Prompt);
        }

        var conversation = new List<ChatMessage>();
        if (!string.IsNullOrWhiteSpace(options.Value.SystemPrompt))
        {
            conversation.Add(new ChatMessage(ChatRole.System, options.Value.SystemPrompt));
        }

        if (options.Value.ContextMessages > 0)
        {
            var earlier = await chats.GetBranchAsync(job.ChatId, job.ParentPlace, options.Value.ContextMessages, cancellationToken);
            conversation.AddRange(earlier.Reverse().Select(message => new ChatMessage(RoleOf(message), message.Content)));
        }

        // From the row and not from the history: the turn may be recorded a moment later than the model is asked.
        conversation.Add(new ChatMessage(ChatRole.User, job.Prompt));
        return new ModelRequest(conversation, Options: null);
    }

    /// <summary>Nothing is added or left out, the system prompt neither: the caller said all that the model is to hear.</summary>
    private static ModelRequest AsGiven(GivenConversation given, string prompt) => new(
        [.. given.Messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Content ?? prompt))],
        new ChatOptions
        {
            Temperature = given.Temperature,
            TopP = given.TopP,
            MaxOutputTokens = given.MaxTokens,
            StopSequences = given.Stop?.ToList(),
            PresencePenalty = given.PresencePenalty,
            FrequencyPenalty = given.FrequencyPenalty,
            Seed = given.Seed,
        });

    private static ChatRole RoleOf(MessageRecord message) => message.Role == MessageRoles.Assistant ? ChatRole.Assistant : ChatRole.User;
}
