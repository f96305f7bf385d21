using CloudIa.Contracts.Client;

namespace CloudIa.Listening;

internal static class ClientEventEnds
{
    /// <summary>Whether nothing follows in this attempt.</summary>
    public static bool EndsAttempt(this ClientEvent value) => value is MessageCompleted or JobError or JobCancelled;
}
