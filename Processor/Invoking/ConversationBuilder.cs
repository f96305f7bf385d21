using CloudIa.Processor.Context;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Store;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>What there is to ask: the conversation that came with the job; else the system prompts, the last messages that led to the new one, the new one.</summary>
internal sealed class ConversationBuilder(ChatHistory history, CountedTokens counts, IOptions<LlmOptions> options)
{
    public async Task<Conversation> BuildAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Conversation is { } given)
        {
            return AsGiven(GivenConversation.Parse(given), job.Prompt);
        }

        // The prompt from the row and not from the history: the turn may be recorded a moment later than the model is asked.
        var earlier = await history.ReadAsync(job.ChatId, job.ParentPlace, cancellationToken);
        return new ChatConversation(model => SystemPrompt(model, job.SystemPrompt), earlier, job.Prompt, options.Value.ContextTokens, counts);
    }

    /// <summary>The deployment's first, then the chat's: who deploys has the first word.</summary>
    private string? SystemPrompt(string model, string? ofChat)
    {
        var ofDeployment = options.Value.SystemPrompts.GetValueOrDefault(model) ?? options.Value.SystemPrompt;
        string?[] both = [ofDeployment, ofChat];
        var said = both.Where(x => !string.IsNullOrWhiteSpace(x)).ToList();
        return said is [] ? null : string.Join("\n\n", said);
    }

    private static GivenMessages AsGiven(GivenConversation given, string prompt) => new(
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
}
