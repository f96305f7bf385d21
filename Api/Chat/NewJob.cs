using System.Security.Cryptography;
using System.Text;
using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>What a job is to do, whichever call asked for it.</summary>
internal sealed record NewJob
{
    /// <summary>What the user says.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the model is shown instead of the chat's history; see <see cref="JobRecord.Conversation"/>.</summary>
    public string? Conversation { get; init; }

    /// <summary>Null: a new chat.</summary>
    public Guid? ChatId { get; init; }

    /// <summary>Of a chat that is made for it; null: none.</summary>
    public string? SystemPrompt { get; init; }

    public string? SessionId { get; init; }

    public string? Model { get; init; }

    /// <summary>Not at all, rather than behind what is being answered.</summary>
    public bool RejectIfBusy { get; init; }

    /// <summary>The job whose user message is answered once more, at its place; null: the message is new.</summary>
    public JobRecord? Answers { get; init; }

    /// <summary>The job whose user message this one replaces, on a branch of its own; null: it follows what was said last.</summary>
    public JobRecord? Edits { get; init; }

    /// <summary>The job whose answer the message follows; null: it follows what was said last.</summary>
    public JobRecord? Follows { get; init; }

    /// <summary>SHA-256, in hex, of what is asked, not of how it was written: white space and the order of fields make no difference.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        (Answers, Edits) switch
        {
            ({ } again, _) => $"regenerate\n{again.JobId:N}\n{Model}",
            (_, { } edited) => $"edit\n{edited.JobId:N}\n{Model}\n{Prompt}",
            _ when Conversation is not null => $"completion\n{Model}\n{Prompt}\n{Conversation}",
            // Told apart by its length, which nobody else can write: requests without one keep the hash that they had.
            _ when SystemPrompt is not null => $"system\n{SystemPrompt.Length}\n{SystemPrompt}\n{Model}\n{Prompt}",
            _ => $"{ChatId:N}\n{Model}\n{Prompt}",
        })));

    public static NewJob Of(ChatRequest request) => new()
    {
        Prompt = request.Message,
        ChatId = request.ChatId,
        SessionId = request.SessionId,
        Model = request.Model,
        SystemPrompt = request.SystemPrompt,
        RejectIfBusy = request.OnBusy == BusyPolicy.Reject,
    };
}
