using CloudIa.Limits;

namespace CloudIa.Tests.Limits;

/// <summary>What limits are to do, said as simply as can be: lists, and no thought of how often.</summary>
internal sealed class LimitModel(int requests, int jobs, long tokens)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(160);

    private readonly List<DateTimeOffset> _requests = [];
    private readonly Dictionary<JobAttempt, Hold> _holds = [];
    private readonly Dictionary<DateOnly, long> _used = [];

    /// <summary>Of attempts that have ended, or hold no place.</summary>
    private readonly Dictionary<JobAttempt, long> _lastRuns = [];

    public (LimitKind? Refusal, long Requests, long Jobs, long Tokens) Admit(DateTimeOffset now, JobAttempt job, long need)
    {
        var lately = _requests.Count(x => x > now.AddMinutes(-1));
        LimitKind? refusal = requests > 0 && lately >= requests ? LimitKind.RequestsPerMinute : null;
        if (refusal is null)
        {
            _requests.Add(now);
            lately++;
        }

        foreach (var lost in _holds.Where(x => x.Value.Since <= now - Lease).Select(x => x.Key).ToList())
            Free(lost, 0);

        var today = Day(now);
        need = Math.Min(need, tokens);
        var spent = _used.GetValueOrDefault(today) + _holds.Values.Where(x => x.Day == today).Sum(x => x.Reserved);
        if (refusal is null)
        {
            if (_holds.TryGetValue(job, out var known))
            {
                known.Holders++;
            }
            else if (jobs > 0 && _holds.Count >= jobs)
            {
                refusal = LimitKind.ConcurrentJobs;
            }
            else if (tokens > 0 && spent + need > tokens)
            {
                refusal = LimitKind.TokensPerDay;
            }
            else
            {
                _holds.Add(job, new() { Since = now, Day = today, Reserved = need, Holders = 1 });
                spent += need;
            }
        }

        return (refusal, Math.Max(requests - lately, 0), Math.Max(jobs - _holds.Count, 0), Math.Max(tokens - spent, 0));
    }

    public void GiveBack(JobAttempt job)
    {
        if (_holds.TryGetValue(job, out var hold) && --hold.Holders == 0)
            Free(job, 0);
    }

    public void End(JobAttempt job, long used)
    {
        if (!_holds.TryGetValue(job, out var hold))
            return;

        if (hold.Run > 0)
            _lastRuns[job] = hold.Run;
        Free(job, used);
    }

    public void Note(DateTimeOffset now, JobAttempt job, long run, long used)
    {
        if (!_holds.TryGetValue(job, out var hold))
        {
            if (_lastRuns.GetValueOrDefault(job) >= run)
                return;

            _lastRuns[job] = run;
            Use(Day(now), used);
        }
        else if (run > hold.Run)
            (hold.Run, hold.Noted) = (run, hold.Noted + used);
    }

    private void Free(JobAttempt job, long used)
    {
        _holds.Remove(job, out var hold);
        Use(hold!.Day, used + hold.Noted);
    }

    private void Use(DateOnly day, long used) => _used[day] = _used.GetValueOrDefault(day) + used;

    private static DateOnly Day(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private sealed class Hold
    {
        public DateTimeOffset Since { get; init; }

        public DateOnly Day { get; init; }

        public long Reserved { get; init; }

        public int Holders { get; set; }

        public long Run { get; set; }

        public long Noted { get; set; }
    }
}
