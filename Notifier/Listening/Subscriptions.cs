using CloudIa.Listening;
using CloudIa.Store;

namespace CloudIa.Notifier.Listening;

/// <summary>What the client of one connection asks to listen to. Only what is its user's is found.</summary>
internal sealed class Subscriptions(Listener listener, JobAccess jobs, IChatStore chats)
{
    private string UserId => listener.Connection.UserId;

    /// <summary>One job, from after a number on.</summary>
    /// <exception cref="NotFoundException">It is not the user's.</exception>
    /// <exception cref="ScopeFullException">The connection listens to as much as it may.</exception>
    public async Task JobAsync(Guid jobId, long lastSeq, Func<Task>? confirm = null)
    {
        var job = await jobs.FindAsync(UserId, jobId, CancellationToken.None) ?? throw new NotFoundException(JobAccess.NotFound(jobId));
        await listener.ResumeAsync(job, lastSeq, confirm);
    }

    /// <summary>All jobs of a chat that are to come, and its last one: where it is open, or a number is given, with its events after that number (else after what was sent over this connection).</summary>
    /// <exception cref="NotFoundException">It is not the user's.</exception>
    /// <exception cref="ScopeFullException">The connection listens to as much as it may.</exception>
    public async Task ChatAsync(Guid chatId, long? lastSeq, Func<Task>? confirm = null)
    {
        _ = await FindChatAsync(chatId);
        await listener.ChangeScopeAsync(x => x.With(chatId), confirm);

        // After the change, so that a job which is accepted meanwhile is either announced or found here.
        var chat = await FindChatAsync(chatId);
        if (chat.LastJobId is { } last && await jobs.FindAsync(UserId, last, CancellationToken.None) is { } job && (job.IsOpen || lastSeq is not null))
        {
            await listener.ResumeAsync(job, lastSeq);
        }
    }

    /// <summary>All jobs of the user that are to come.</summary>
    public Task UserAsync(Func<Task>? confirm = null) => listener.ChangeScopeAsync(x => x with { All = true }, confirm);

    /// <summary>No longer all jobs of the user, but for what was subscribed to by itself.</summary>
    public Task LeaveUserAsync(Func<Task>? confirm = null) => listener.ChangeScopeAsync(x => x with { All = false }, confirm);

    /// <summary>No longer this job, or this chat. What is not subscribed to is no error.</summary>
    public Task LeaveAsync(Guid jobOrChat, Func<Task>? confirm = null) => listener.ChangeScopeAsync(x => x.Without(jobOrChat), confirm);

    private async Task<ChatRecord> FindChatAsync(Guid chatId) => await chats.GetAsync(UserId, chatId, CancellationToken.None) ?? throw new NotFoundException(
        $"Chat {chatId} was not found among your chats. Take the chatId from the answer to POST /chat, and listen as the user who sent it.");
}

/// <summary>What was asked for is not there, or not this user's: both look the same.</summary>
internal sealed class NotFoundException(string message) : Exception(message);
