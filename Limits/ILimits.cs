namespace CloudIa.Limits;

/// <summary>What users may still do: the same on every replica, since each call is one script in Redis. Where nothing is limited Redis is not asked.</summary>
public interface ILimits
{
    /// <summary>Counts a request; and, for a job, takes a place among its user's and reserves its tokens. A refused request takes neither.</summary>
    /// <param name="user">Whose, and by which numbers. Where any tier counts jobs a job takes its place, also where its own numbers are no limits.</param>
    /// <param name="job">Null: the request begins none. One that has its place already (a repeated request) takes no other, and is held by one more.</param>
    /// <param name="isCounted">The request was counted before, and is looked at once more.</param>
    Task<Admission> AdmitAsync(LimitedUser user, PlannedJob? job, bool isCounted, CancellationToken cancellationToken);

    /// <summary>A request that was admitted has begun no job after all: its hold is given back and, where it is the last one, place and tokens.</summary>
    Task GiveBackAsync(string userId, JobAttempt job, CancellationToken cancellationToken);

    /// <summary>A job's attempt has ended: its place is free, and instead of what was reserved counts what was used. Twice is once.</summary>
    /// <param name="tokens">Of the answer; 0 where there is none. What <see cref="NoteAsync"/> was told is added.</param>
    Task EndAsync(string userId, JobAttempt job, long tokens, CancellationToken cancellationToken);

    /// <summary>
    /// A call of a model has used tokens and given no answer: they count at its attempt's end, or now where that came first.
    /// </summary>
    /// <param name="run">Grows with each call. One that was noted before, or an older one, changes nothing, also after the attempt's end.</param>
    Task NoteAsync(string userId, JobAttempt job, long run, long tokens, CancellationToken cancellationToken);
}

/// <summary>One attempt of a job: what a place is held for.</summary>
public readonly record struct JobAttempt(Guid JobId, int Attempt);

/// <summary>A job that is about to begin.</summary>
/// <param name="Tokens">How many it may use, as far as can be told.</param>
public sealed record PlannedJob(JobAttempt Job, long Tokens);
