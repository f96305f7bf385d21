using System.Diagnostics;
using System.Text.Json;
using CloudIa.Bench.Counting;
using CloudIa.Bench.Workers.Bus;
using CloudIa.Bench.Workers.Floor;
using StackExchange.Redis;

namespace CloudIa.Bench.Workers;

/// <summary>A worker process: one variant, so that its CPU time and memory are its own. It ends with its standard input.</summary>
internal sealed class WorkerProgram(WorkerOptions options, TextReader input, TextWriter output)
{
    private static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(1);

#if MASSTRANSIT_AWS_OFFICIAL
    private const int MinThreads = 16;
#endif

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Tally _requests = new();
    private readonly RedisCommands _redisCommands = new();
    private readonly Process _self = Process.GetCurrentProcess();

    public async Task RunAsync()
    {
#if MASSTRANSIT_AWS_OFFICIAL
        // Its locks in Redis are conditional transactions: on two cores' default of two threads many at once stall until they time out, and jobs are lost.
        ThreadPool.SetMinThreads(MinThreads, MinThreads);
#endif
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options.Redis);
        _redisCommands.Attach(redis);
        var tools = new WorkerTools(options, redis, _requests);
        IJobWorker worker = options.Variant == Variants.Floor ? new FloorWorker(tools) : new BusWorker(tools);
        await worker.StartAsync();
        await AnswerAsync(new WorkerAnswer());
        while (await input.ReadLineAsync() is { } line)
            await AnswerAsync(await DoAsync(JsonSerializer.Deserialize<WorkerCommand>(line)!, worker, tools));
    }

    private async Task<WorkerAnswer> DoAsync(WorkerCommand command, IJobWorker worker, WorkerTools tools)
    {
        var taken = _time.GetTimestamp();
        try
        {
            switch (command.Do)
            {
                case WorkerVerb.RunOneByOne:
                    return new WorkerAnswer { Taken = taken, Milliseconds = await RunOneByOneAsync(command, worker, tools) };
                case WorkerVerb.Begin:
                    await worker.BeginAsync(NewJobs(command.Jobs));
                    return new WorkerAnswer { Taken = taken };
                case WorkerVerb.Hold:
                    tools.Gate.Close();
                    return new WorkerAnswer { Taken = taken };
                case WorkerVerb.CountRedis:
                    _redisCommands.Start();
                    return new WorkerAnswer { Taken = taken };
                case WorkerVerb.StopCountingRedis:
                    _redisCommands.Stop();
                    return new WorkerAnswer { Taken = taken };
                case WorkerVerb.Collect:
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                    return new WorkerAnswer { Taken = taken, Stats = Stats(tools) };
                default:
                    return new WorkerAnswer { Taken = taken, Stats = Stats(tools) };
            }
        }
        catch (Exception exception)
        {
            return new WorkerAnswer { Error = exception.ToString() };
        }
    }

    private async Task<double[]> RunOneByOneAsync(WorkerCommand command, IJobWorker worker, WorkerTools tools)
    {
        var milliseconds = new List<double>(command.Jobs);
        foreach (var job in NewJobs(command.Jobs))
        {
            var started = _time.GetTimestamp();
            var end = tools.Jobs.WaitForAsync(job);
            await worker.BeginAsync([job]);
            await end.WaitAsync(JobTimeout);
            milliseconds.Add(_time.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(command.PauseMilliseconds), _time);
        }

        return [.. milliseconds];
    }

    private WorkerStats Stats(WorkerTools tools)
    {
        _self.Refresh();
        return new WorkerStats
        {
            Ended = tools.Jobs.Ended,
            LastEnd = tools.Jobs.LastEnd,
            CpuMilliseconds = Environment.CpuUsage.TotalTime.TotalMilliseconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            ResidentBytes = _self.WorkingSet64,
            Requests = _requests.Read(),
            RedisCommands = _redisCommands.Read(),
        };
    }

    private Guid[] NewJobs(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7(_time.GetUtcNow()))];

    private async Task AnswerAsync(WorkerAnswer answer)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(answer));
        await output.FlushAsync();
    }
}
