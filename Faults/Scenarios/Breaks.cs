using CloudIa.Faults.Configuration;
using CloudIa.Faults.KillPoints;
using CloudIa.Faults.Processes;
using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.Scenarios;

/// <summary>The kinds of trouble.</summary>
internal static class Breaks
{
    /// <summary>How many services are dead at the same time, at most.</summary>
    private const int Lanes = 2;

    private static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(5);

    public static Task NothingAsync(ScenarioContext context) => context.UntilDoneAsync();

    /// <summary>Whoever is up, at any time.</summary>
    public static Task KillAnyAsync(ScenarioContext context) => KillAsync(context, context.Fleet.All);

    public static Task KillAsync(ScenarioContext context, IReadOnlyList<ServiceProcess> services) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
    {
        while (!context.CheckDone())
        {
            await context.WaitAsync(0.2, 0.8);
            await context.KillAsync(context.Dice.OneOf(Lane(services, lane)));
        }
    }));

    /// <summary>Each point of the list, and again from the first, until there were enough.</summary>
    public static Task KillAtPointsAsync(ScenarioContext context) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
    {
        while (!context.CheckDone())
        {
            foreach (var point in AllKillPoints.List.OrderBy(_ => context.Dice.Next(int.MaxValue)))
            {
                var candidates = Lane(context.Fleet.All, lane).Where(x => x.Project == point.Service).ToList();
                if (candidates.Count > 0 && !context.CheckDone())
                    await KillAtAsync(context, context.Dice.OneOf(candidates), point);
            }
        }
    }));

    /// <summary>For as long as it takes, always the same.</summary>
    public static Func<ScenarioContext, Task> With(params Rule[] rules) => async context =>
    {
        context.SetRules(rules);
        await context.UntilDoneAsync();
    };

    /// <summary>Nothing of one upstream works, for some seconds; then all is well for some.</summary>
    public static Func<ScenarioContext, Task> Outages(params Rule[] rules) => async context =>
    {
        while (!context.CheckDone())
        {
            context.SetRules(rules);
            context.Round();
            await context.WaitAsync(3, 7);
            context.SetRules();
            await context.WaitAsync(3, 5);
        }
    };

    /// <summary>One service stands still: for longer than its messages are hidden and its runs leased.</summary>
    public static async Task PauseAsync(ScenarioContext context)
    {
        while (!context.CheckDone())
        {
            var service = context.Dice.OneOf(context.Fleet.All);
            service.Pause();
            context.Round();
            await context.WaitAsync(3, 9);
            service.Resume();
            await context.WaitAsync(0.5, 1.5);
        }
    }

    /// <summary>One Processor stands still in the middle of an answer, for so long that its message comes to another, and its run's lease is over.</summary>
    public static async Task PauseInMidAnswerAsync(ScenarioContext context)
    {
        var processors = context.Fleet.Of("Processor");
        while (!context.CheckDone())
        {
            var service = context.Dice.OneOf(processors);
            if (!context.Ground.Model.IsInMidAnswer(service.Name))
            {
                await context.WaitAsync(TimeSpan.FromMilliseconds(10));
                continue;
            }

            service.Pause();
            context.Round();
            await context.WaitAsync(7, 9);
            service.Resume();
            await context.WaitAsync(0.5, 1.5);
        }
    }

    /// <summary>One service after another ends and starts again as the next version: all of the older one first, then each in turn.</summary>
    public static async Task RollAsync(ScenarioContext context)
    {
        while (!context.CheckDone())
        {
            if (context.Previous is { } previous)
                await RollAsync(context, previous);
            await RollAsync(context, Checkout.Programs);
            context.Round();
        }
    }

    public static async Task CutRedisAsync(ScenarioContext context)
    {
        while (!context.CheckDone())
        {
            var services = context.Fleet.All.Where(_ => context.Dice.Hits(0.5)).ToList();
            foreach (var service in services)
            {
                service.Proxies.Redis.IsDown = context.Dice.Hits(0.5);
                service.Proxies.Redis.Cut();
            }

            context.Round();
            await context.WaitAsync(1, 5);
            foreach (var service in services)
                service.Proxies.Redis.IsDown = false;
            await context.WaitAsync(1, 3);
        }
    }

    public static async Task KillRedisAsync(ScenarioContext context)
    {
        while (!context.CheckDone())
        {
            await context.WaitAsync(2, 5);
            await context.Ground.Redis.KillAndRestartAsync();
            context.Round();
        }
    }

    public static async Task FlushRedisAsync(ScenarioContext context)
    {
        while (!context.CheckDone())
        {
            await context.WaitAsync(6, 12);
            await context.Ground.Redis.FlushAsync();
            context.Round();
        }
    }

    private static async Task RollAsync(ScenarioContext context, string version)
    {
        foreach (var service in context.Fleet.All)
        {
            service.Version = version;
            await context.EndAsync(service);
            await context.WaitAsync(0.2, 1);
        }
    }

    private static async Task KillAtAsync(ScenarioContext context, ServiceProcess service, KillPoint point)
    {
        var kill = new ArmedKill(point, context.Dice.Next(4));
        var kills = service.Kills;
        service.Proxies.Plan.Arm(kill);
        var hit = await Task.WhenAny(kill.Hit, context.WaitAsync(PointPatience)) == kill.Hit;
        service.Proxies.Plan.Arm(null);
        if (!hit && !kill.Hit.IsCompleted)
            return;

        // What was held can be of a life that is over by now: then there was nobody to kill.
        var started = context.Time.GetTimestamp();
        while (service.Kills == kills && context.Time.GetElapsedTime(started) < PointPatience)
            await context.WaitAsync(TimeSpan.FromMilliseconds(10));
        if (service.Kills == kills)
            return;

        context.HitPoints.AddOrUpdate(point.ToString(), 1, (_, count) => count + 1);
        await context.BackAsync(service, started);
    }

    /// <summary>Each lane has its own services, so that no two kill the same one.</summary>
    private static List<ServiceProcess> Lane(IReadOnlyList<ServiceProcess> services, int lane) => [.. services.Where((_, place) => place % Lanes == lane)];
}
