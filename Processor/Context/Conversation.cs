using CloudIa.Processor.Invoking;
using CloudIa.Processor.Llm;
using CloudIa.Store;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Context;

/// <summary>What a job has to say to whichever model is asked: as much of it as that one's window holds becomes the request.</summary>
internal abstract class Conversation
{
    /// <exception cref="ModelRefusedException">What cannot be left out is over this model's window already: another provider may have a larger one.</exception>
    public abstract ModelRequest For(ModelChoice model);

    protected static ModelRefusedException TooLong(ModelChoice model, TokenWindow window, double tokens, int reserve) => new(
        $"The request has about {tokens:0} tokens that cannot be left out. With {reserve} for the answer that is over the window of {window.Tokens} tokens that " +
        $"{model.Provider}'s {model.Model} has, so it was not asked. Say less, or ask for a model with a larger context window (Llm:Providers:<n>:ContextWindow).",
        ModelRefusal.TooLong);
}

/// <summary>Nothing is added or left out, the system prompt neither: the caller said all that the model is to hear.</summary>
internal sealed class GivenMessages(IReadOnlyList<ChatMessage> messages, ChatOptions options) : Conversation
{
    public override ModelRequest For(ModelChoice model)
    {
        if (model.Window is { IsGuessed: false } window)
        {
            // Without the factor: to refuse what the provider would have taken is worse than to ask one that refuses.
            var reserve = options.MaxOutputTokens ?? 0;
            var tokens = messages.Sum(x => (long)window.Counter.Count(x.Text) + TokenWindow.MessageOverhead) + TokenWindow.AnswerOverhead;
            if (tokens + reserve > window.Tokens)
            {
                throw TooLong(model, window, tokens, reserve);
            }
        }

        return new ModelRequest(messages, options);
    }
}

/// <summary>A chat: its system prompt and the new message always, and of its history the newest messages that fit, each whole.</summary>
/// <param name="systemPrompt">For a model's name; null for none.</param>
/// <param name="history">Newest first.</param>
internal sealed class ChatConversation(
    Func<string, string?> systemPrompt, IReadOnlyList<MessageRecord> history, string prompt, int contextTokens, CountedTokens counts) : Conversation
{
    public override ModelRequest For(ModelChoice model)
    {
        var system = systemPrompt(model.Model);
        var kept = model.Window is { } window ? Fitting(model, window, system) : history.Count;

        var messages = new List<ChatMessage>();
        if (system is not null)
        {
            messages.Add(new ChatMessage(ChatRole.System, system));
        }

        messages.AddRange(history.Take(kept).Reverse().Select(message => new ChatMessage(RoleOf(message), message.Content)));
        messages.Add(new ChatMessage(ChatRole.User, prompt));
        return new ModelRequest(messages, Options: null);
    }

    private int Fitting(ModelChoice model, TokenWindow window, string? system)
    {
        var needed = (Cost(window, window.Counter.Count(prompt)) + (system is null ? 0 : Cost(window, window.Counter.Count(system)))) + TokenWindow.AnswerOverhead;
        var room = window.Tokens - window.Reserve - needed;
        if (room < 0)
        {
            throw TooLong(model, window, needed, window.Reserve);
        }

        var kept = 0;
        for (room = Math.Min(room, contextTokens); kept < history.Count; kept++)
        {
            room -= Cost(window, counts.Of(history[kept], window.Counter));
            if (room < 0)
            {
                break;
            }
        }

        return kept;
    }

    private static double Cost(TokenWindow window, int tokens) => (tokens * window.Factor) + TokenWindow.MessageOverhead;

    private static ChatRole RoleOf(MessageRecord message) => message.Role == MessageRoles.Assistant ? ChatRole.Assistant : ChatRole.User;
}
