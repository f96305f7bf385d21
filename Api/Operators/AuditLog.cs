using System.Security.Claims;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Operators;

/// <summary>Does what an operator asks for, and writes down who, what, to what, when, and what came of it. What cannot be written down is not done.</summary>
internal sealed partial class AuditLog(IAuditStore store, TimeProvider time, ILogger<AuditLog> logger)
{
    /// <param name="user">Who asks.</param>
    /// <param name="action">See <see cref="AuditRecord.Action"/>.</param>
    /// <param name="target">What it is done to: checked to be there, so that no text of the caller's is written down.</param>
    /// <param name="act">Is not to be cancelled: then nobody would know what came of it.</param>
    /// <param name="cancellationToken">Until it is begun.</param>
    public async Task RunAsync(ClaimsPrincipal user, string action, string target, Func<Task> act, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new AuditRecord { Id = Guid.CreateVersion7(now), At = now, UserId = user.UserId(), Action = action, Target = target };
        await store.AddAsync(entry, cancellationToken);
        try
        {
            await act();
        }
        catch (Exception)
        {
            await EndAsync(entry, AuditOutcome.Failed);
            throw;
        }

        await EndAsync(entry, AuditOutcome.Done);
    }

    /// <summary>Best effort: the action is done, or has failed, and its row is there.</summary>
    private async Task EndAsync(AuditRecord entry, AuditOutcome outcome)
    {
        try
        {
            await store.EndAsync(entry, outcome, CancellationToken.None);
            Log.Ended(logger, entry.Id, entry.Action, entry.Target, outcome);
        }
        catch (Exception exception) when (exception is OperationCanceledException || StoreFailures.IsOfStore(exception))
        {
            Log.NotEnded(logger, exception, entry.Id, entry.Action, entry.Target, outcome);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "An operator's {Action} of {Target} is {Outcome}; entry {Entry} of the audit log says who.")]
        public static partial void Ended(ILogger logger, Guid entry, string action, string target, AuditOutcome outcome);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An operator's {Action} of {Target} is {Outcome}, and entry {Entry} of the audit log could not be told: it stays as begun.")]
        public static partial void NotEnded(ILogger logger, Exception exception, Guid entry, string action, string target, AuditOutcome outcome);
    }
}
