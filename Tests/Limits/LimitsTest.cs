using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Limits.Redis;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using static Microsoft.Extensions.Options.Options;

namespace CloudIa.Tests.Limits;

/// <summary>Limits over a real server, with a clock of the test's.</summary>
public abstract class LimitsTest(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    protected const string User = "maria@example.org";

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.Zero));

    protected static JobAttempt NewAttempt(int attempt = 1) => new(Guid.CreateVersion7(), attempt);

    protected ILimits Of(int requests = 0, int jobs = 0, long tokens = 0, IConnectionMultiplexer? redis = null, string? prefix = null) =>
        Of(new LimitOptions { RequestsPerMinute = requests, ConcurrentJobs = jobs, TokensPerDay = tokens }, redis, prefix);

    protected ILimits Of(LimitOptions options, IConnectionMultiplexer? redis = null, string? prefix = null) => new RedisLimits(
        redis ?? Redis,
        Create(options),
        Create(new JobOptions()),
        Create(new EventLogOptions { KeyPrefix = prefix ?? Prefix }),
        new LimitClock(() => Time.GetUtcNow()));

    protected static Task<Admission> AskAsync(ILimits limits, JobAttempt? job = null, long tokens = 0, string user = User, string? tier = null) =>
        limits.AdmitAsync(new(user, tier), job is { } attempt ? new PlannedJob(attempt, tokens) : null, isCounted: false, Token);

    protected static async Task<bool> IsAdmittedAsync(ILimits limits, JobAttempt? job = null, long tokens = 0, string user = User, string? tier = null) =>
        (await AskAsync(limits, job, tokens, user, tier)).Refusal is null;
}
