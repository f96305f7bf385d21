using CloudIa.Bench.Counting;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Driving;

/// <summary>Workers that share the same queues.</summary>
internal sealed class WorkerGroup(TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than any delete lingers.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan BurstTimeout = TimeSpan.FromMinutes(2);

    private readonly List<WorkerProcess> _workers = [];

    public void Add(WorkerProcess worker) => _workers.Add(worker);

    public async Task<WorkerStats[]> ReportAsync(WorkerVerb verb = WorkerVerb.Report) =>
        await Task.WhenAll(_workers.Select(x => x.ReportAsync(verb)));

    public Task TellAsync(WorkerVerb verb) => Task.WhenAll(_workers.Select(x => x.AskAsync(new WorkerCommand(verb))));

    /// <summary>Runs jobs one at a time on the first worker.</summary>
    public async Task<(double[] Milliseconds, Use Use)> RunAloneAsync(int jobs, int pauseMilliseconds)
    {
        var before = await SettleAsync();
        var answer = await _workers[0].AskAsync(
            new WorkerCommand(WorkerVerb.RunOneByOne) { Jobs = jobs, PauseMilliseconds = pauseMilliseconds });
        return (answer.Milliseconds, new Use(before, await SettleAsync(), jobs));
    }

    /// <summary>Begins all jobs at once, shared among the workers, and waits for the last to end.</summary>
    public async Task<(TimeSpan Took, Use Use)> RunBurstAsync(int jobs)
    {
        var before = await SettleAsync();
        var ended = before.Sum(x => x.Ended);
        var begins = _workers.Select((x, i) => x.AskAsync(new WorkerCommand(WorkerVerb.Begin) { Jobs = Share(jobs, i) })).ToArray();
        var started = (await Task.WhenAll(begins)).Min(x => x.Taken);
        var waiting = time.GetTimestamp();
        WorkerStats[] now;
        while ((now = await ReportAsync()).Sum(x => x.Ended) - ended < jobs)
        {
            if (time.GetElapsedTime(waiting) > BurstTimeout)
            {
                throw new TimeoutException(
                    $"{now.Sum(x => x.Ended) - ended} of {jobs} jobs ended within {BurstTimeout}: the others are lost, or it is stuck.");
            }

            await Task.Delay(Interval, time);
        }

        return (time.GetElapsedTime(started, now.Max(x => x.LastEnd)), new Use(before, await SettleAsync(), jobs));
    }

    public async Task BeginAsync(int jobs) => await _workers[0].AskAsync(new WorkerCommand(WorkerVerb.Begin) { Jobs = jobs });

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
    }

    // Until nothing is sent any more: the last deletes belong to what was before.
    private async Task<WorkerStats[]> SettleAsync()
    {
        var last = await ReportAsync();
        while (true)
        {
            await Task.Delay(Quiet, time);
            var now = await ReportAsync();
            if (Sent(now) == Sent(last))
                return now;

            last = now;
        }
    }

    private static long Sent(WorkerStats[] stats) =>
        stats.Sum(x => x.Requests.Where(y => y.Key is not Requests.Poll and not Requests.EmptyPoll).Sum(y => y.Value));

    private int Share(int jobs, int worker) => jobs / _workers.Count + (worker < jobs % _workers.Count ? 1 : 0);
}
