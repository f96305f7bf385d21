using System.Globalization;
using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Jobs;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Limits.Redis;

/// <summary>See <see cref="LimitScripts"/>.</summary>
/// <remarks>
/// Requests are a sliding window: the moment of each is kept, so that no 60 s ever have more than the limit. A token bucket (GCRA) would keep one number, and let
/// nearly twice as many through in the first minute.
/// </remarks>
internal sealed class RedisLimits(IConnectionMultiplexer redis, IOptions<LimitOptions> limits, IOptions<JobOptions> jobs, IOptions<EventLogOptions> log, LimitClock clock) : ILimits
{
    /// <summary>From the place to the job's row, with all of DynamoDB's time-outs; and how old the place of an ended job may become before somebody looks.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>How often doubtful places are looked at, however often their user is refused.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private const int LookAtMost = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly LimitOptions _limits = limits.Value;
    private readonly LimitKeys _keys = new(log.Value.KeyPrefix);

    /// <summary>An attempt may wait for its turn and for its answer as long as a job lives, each; and its end has to be stored.</summary>
    private readonly long _lease = Milliseconds((2 * jobs.Value.Lifetime) + (4 * jobs.Value.StepDeadline));

    /// <summary>For any tier: whoever frees a place does not know by which it was taken.</summary>
    private readonly bool _countsJobs = limits.Value.Any(x => x.CountsJobs);

    public async Task<Admission> AdmitAsync(LimitedUser user, PlannedJob? job, bool isCounted, CancellationToken cancellationToken)
    {
        var own = _limits.Of(user.Tier);
        var isJob = job is not null && _countsJobs;
        if (!own.CountsRequests && !isJob)
            return Admission.Unlimited;

        var answer = (RedisResult[])(await EvaluateAsync(
            LimitScripts.Admit, _keys.OfUser(user.UserId), cancellationToken, Now(), own.RequestsPerMinute, Milliseconds(Window), own.ConcurrentJobs, own.TokensPerDay,
            isJob ? Member(job!.Job) : RedisValue.EmptyString, job?.Tokens ?? 0, _lease, Milliseconds(Grace), Milliseconds(LookEvery), LookAtMost, isCounted ? 1 : RedisValue.EmptyString))!;

        var states = new List<LimitState>(3);
        if (own.CountsRequests)
            states.Add(new(LimitKind.RequestsPerMinute, own.RequestsPerMinute, (long)answer[1], TimeSpan.FromMilliseconds((long)answer[2])));
        if (isJob && own.ConcurrentJobs > 0)
            states.Add(new(LimitKind.ConcurrentJobs, own.ConcurrentJobs, (long)answer[3], Reset: null));
        if (isJob && own.TokensPerDay > 0)
            states.Add(new(LimitKind.TokensPerDay, own.TokensPerDay, (long)answer[4], TimeSpan.FromMilliseconds((long)answer[5])));

        LimitKind? refusal = (int)answer[0] switch
        {
            1 => LimitKind.RequestsPerMinute,
            2 => LimitKind.ConcurrentJobs,
            3 => LimitKind.TokensPerDay,
            _ => null,
        };
        return new()
        {
            Limits = states,
            Refusal = refusal is { } kind ? states.Find(x => x.Kind == kind) : null,
            Doubtful = [.. answer.Skip(6).Select(x => Attempt((string)x!))],
        };
    }

    public async Task GiveBackAsync(string userId, JobAttempt job, CancellationToken cancellationToken)
    {
        if (_countsJobs)
            await EvaluateAsync(LimitScripts.GiveBack, _keys.OfUser(userId), cancellationToken, Now(), Member(job));
    }

    public async Task EndAsync(string userId, JobAttempt job, long tokens, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        if (_countsJobs)
            await EvaluateAsync(LimitScripts.End, _keys.OfAttempt(userId, Member(job)), cancellationToken, Now(), Member(job), tokens, _lease);
    }

    public async Task NoteAsync(string userId, JobAttempt job, long run, long tokens, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        if (_countsJobs && tokens > 0)
            await EvaluateAsync(LimitScripts.Note, _keys.OfAttempt(userId, Member(job)), cancellationToken, Now(), Member(job), run, tokens, _lease);
    }

    private Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return redis.GetDatabase().ScriptEvaluateAsync(script, keys, arguments).WaitAsync(cancellationToken);
    }

    private RedisValue Now() => clock.Now is { } now ? now().ToUnixTimeMilliseconds() : RedisValue.EmptyString;

    private static string Member(JobAttempt job) => string.Create(CultureInfo.InvariantCulture, $"{job.JobId:N}:{job.Attempt}");

    private static JobAttempt Attempt(string member) =>
        new(Guid.ParseExact(member.AsSpan(0, 32), "N"), int.Parse(member.AsSpan(33), NumberStyles.None, CultureInfo.InvariantCulture));

    private static long Milliseconds(TimeSpan value) => (long)Math.Ceiling(value.TotalMilliseconds);
}
