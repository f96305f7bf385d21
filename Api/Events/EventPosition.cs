using System.Globalization;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Store;

namespace CloudIa.Api.Events;

/// <summary>
/// How far a reader of server-sent events is: the <c>id</c> of the last one it has. That is the event's number; an end whose number nobody knows any
/// more, because the log is gone, is <c>end-</c> and its attempt.
/// </summary>
/// <param name="Seq">0: from the first on.</param>
/// <param name="Ended">The attempt whose end the reader has without a number; 0: none.</param>
internal readonly record struct EventPosition(long Seq, int Ended)
{
    public const string Rule = "It must be the id of an event of this job, as its stream gave it: a whole number from 0, or end-<attempt>.";
    private const string EndPrefix = "end-";

    /// <summary>Null where the event is no place to go on from.</summary>
    public static string? IdOf(ClientEvent value) =>
        value.Seq > 0 ? value.Seq.ToString(CultureInfo.InvariantCulture)
        : value.EndsAttempt() ? string.Create(CultureInfo.InvariantCulture, $"{EndPrefix}{value.Attempt}")
        : null;

    /// <returns>False where it is not such an id. Nothing at all is the beginning.</returns>
    public static bool TryParse(string? id, out EventPosition position)
    {
        position = default;
        if (string.IsNullOrEmpty(id))
            return true;

        if (id.StartsWith(EndPrefix, StringComparison.Ordinal))
        {
            var isAttempt = int.TryParse(id.AsSpan(EndPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt);
            position = new(0, attempt);
            return isAttempt;
        }

        var isNumber = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var seq);
        position = new(seq, 0);
        return isNumber;
    }

    /// <summary>The reader has the end of the job's last attempt.</summary>
    public bool HasEndOf(JobRecord job) => job is { IsOpen: false, Outcome: { } outcome } && Ended >= outcome.Attempt;
}
