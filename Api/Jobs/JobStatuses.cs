using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;

namespace CloudIa.Api.Jobs;

/// <summary>How far a job is, in the API's words.</summary>
internal static class JobStatuses
{
    /// <summary>Durable, and not begun yet.</summary>
    public const string Accepted = "accepted";

    /// <summary>For its turn in the chat.</summary>
    public const string Waiting = "waiting";

    /// <summary>A model is asked, or is about to be.</summary>
    public const string Invoking = "invoking";

    /// <summary>The answer is stored.</summary>
    public const string Completed = "completed";

    private static readonly HashSet<string> Ends = [.. Enum.GetValues<JobOutcome>().Select(Of)];

    /// <summary>Nothing follows, but for a retry.</summary>
    public static bool IsEnd(string status) => Ends.Contains(status);

    /// <summary><c>waiting</c>, <c>invoking</c>, <c>persisting</c>, <c>notifying</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>expired</c>.</summary>
    public static string Of(ChatJobSaga saga) => saga.CurrentState.ToLowerInvariant();

    public static string Of(JobOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
