using System.Collections.Concurrent;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Grounds;
using CloudIa.Faults.Load;
using CloudIa.Faults.Processes;
using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.Scenarios;

/// <summary>What a scenario breaks things with.</summary>
internal sealed class ScenarioContext(Ground ground, JobBudget budget, int jobs, int kills, int rounds, FaultOptions options, Dice dice, TimeProvider time)
{
    private const int MostAhead = 24;
    /// <summary>As Kubernetes' default grace, and some for the load.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private readonly long _started = time.GetTimestamp();
    private readonly int _killsBefore = ground.Fleet.Kills;
    private int _rounds;

    public Ground Ground => ground;

    public Fleet Fleet => ground.Fleet;

    public Dice Dice => dice;

    public TimeProvider Time => time;

    /// <summary>Programs of an older version, if there are.</summary>
    public string? Previous => options.Previous;

    /// <summary>Kill points by name, with how often they were hit.</summary>
    public ConcurrentDictionary<string, int> HitPoints { get; } = new();

    /// <summary>How long each kill took, until the service was ready again.</summary>
    public ConcurrentQueue<TimeSpan> Restarts { get; } = new();

    /// <summary>How often a fault of one go (a pause, a restart of Redis) was made.</summary>
    public int Rounds => _rounds;

    public int Kills => Fleet.Kills - _killsBefore;

    /// <summary>Whether there were jobs and kills enough, or too much time went by. Lets users go on as far as the kills have come.</summary>
    public bool CheckDone()
    {
        // Some ahead, and always some more: a kill point is hit only where something goes on. More jobs than asked for may come of it.
        var troubles = Math.Min(Part(Kills, kills), Part(Rounds, rounds));
        budget.Limit = troubles >= 1 ? jobs : MostAhead + (int)(jobs * troubles) + (int)time.GetElapsedTime(_started).TotalSeconds;
        return (budget.Taken >= jobs && troubles >= 1) || time.GetElapsedTime(_started) > options.LongestBreak;
    }

    private static double Part(int done, int asked) => asked == 0 ? 1 : (double)done / asked;

    public Task WaitAsync(TimeSpan delay) => Task.Delay(delay, time);

    public Task WaitAsync(double least, double most) => WaitAsync(dice.Between(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most)));

    public void Round() => Interlocked.Increment(ref _rounds);

    public void SetRules(params Rule[] rules)
    {
        foreach (var service in Fleet.All)
            service.Proxies.Plan.Rules = rules;
    }

    /// <summary>Nothing is to happen but that time goes by and users use.</summary>
    public async Task UntilDoneAsync()
    {
        while (!CheckDone())
            await WaitAsync(TimeSpan.FromMilliseconds(200));
    }

    public async Task KillAsync(ServiceProcess service)
    {
        var started = time.GetTimestamp();
        await service.KillAsync();
        await BackAsync(service, started);
    }

    /// <exception cref="TimeoutException">It does not end when it is asked to, or does not come back.</exception>
    public async Task EndAsync(ServiceProcess service)
    {
        var started = time.GetTimestamp();
        if (!await service.EndAsync(EndPatience))
            throw new TimeoutException($"{service.Name} did not end within {EndPatience} of SIGTERM. Its last output:{Environment.NewLine}{service.Output}");
        await BackAsync(service, started);
    }

    /// <summary>Waits until a service that was ended is ready again.</summary>
    public async Task BackAsync(ServiceProcess service, long started)
    {
        await service.UntilReadyAsync(ReadyPatience);
        Restarts.Enqueue(time.GetElapsedTime(started));
    }
}
