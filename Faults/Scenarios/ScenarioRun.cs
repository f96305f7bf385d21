using CloudIa.Faults.Configuration;
using CloudIa.Faults.Grounds;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Load;
using CloudIa.Faults.Model;

namespace CloudIa.Faults.Scenarios;

/// <summary>Load, trouble, healing, rest, judgement.</summary>
internal sealed class ScenarioRun(Ground ground, FaultOptions options, Dice dice, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public async Task<ScenarioResult> RunAsync(Scenario scenario, string scope, int jobs, int kills)
    {
        var started = time.GetTimestamp();
        var book = new Book();
        var faultsBefore = Faults();
        await ground.Fleet.UntilReadyAsync();
        ground.Model.Faults = scenario.Model;
        ScenarioContext context;
        DateTimeOffset healed;
        IReadOnlyDictionary<Guid, JobRow> rows;
        await using (var load = new LoadRun(scope, scenario.Shape, ground.Fleet, book, dice, time))
        {
            context = new ScenarioContext(ground, load.Budget, jobs, kills, Math.Min(scenario.Rounds, options.Rounds), options, dice, time);
            await scenario.BreakAsync(context);
            load.Budget.Close();
            ground.Fleet.Heal();
            ground.Model.Faults = ModelFaults.None;
            healed = time.GetUtcNow();
            await ground.Fleet.UntilReadyAsync();
            await load.StopUsersAsync();
            rows = await RestAsync(book);
        }

        await ReadAllAsync(book, rows, scope);
        var evidence = await EvidenceAsync(book, rows, scope, scenario.MayFail);
        return Result(scenario, context, evidence, healed, Faults() - faultsBefore, time.GetElapsedTime(started));
    }

    /// <summary>Until every job has ended, or patience has.</summary>
    private async Task<IReadOnlyDictionary<Guid, JobRow>> RestAsync(Book book)
    {
        var started = time.GetTimestamp();
        Dictionary<Guid, JobRow> rows = [];
        var open = book.Jobs.SelectMany(x => x.Accepted).ToHashSet();
        while (open.Count > 0 && time.GetElapsedTime(started) < options.Patience)
        {
            foreach (var (job, row) in await ground.Table.JobsAsync(open))
            {
                rows[job] = row;
                if (row.IsAtRest)
                    open.Remove(job);
            }

            if (open.Count > 0)
                await Task.Delay(Look, time);
        }

        if (open.Count > 0)
            await progress.WriteLineAsync($"    {open.Count} jobs have not ended within {options.Patience}.");
        return rows;
    }

    /// <summary>A client that comes when all is over gets all of it.</summary>
    private async Task ReadAllAsync(Book book, IReadOnlyDictionary<Guid, JobRow> rows, string scope)
    {
        Uri[] notifiers = [.. ground.Fleet.Of("Notifier").Select(x => x.Address)];
        foreach (var users in book.Jobs.GroupBy(x => x.User).Chunk(4))
        {
            await Task.WhenAll(users.Select(user =>
            {
                var attempts = user.SelectMany(x => x.Accepted).Distinct().Where(x => rows.TryGetValue(x, out var row) && row.IsAtRest).ToDictionary(x => x, x => rows[x].OutcomeAttempt);
                return new SocketListener(user.Key, 0, notifiers, book, dice, time).ReadAllAsync(attempts, options.ReadPatience);
            }));
        }
    }

    private async Task<Evidence> EvidenceAsync(Book book, IReadOnlyDictionary<Guid, JobRow> rows, string scope, bool mayFail)
    {
        // Once more, all of them: an end is for good.
        var last = await ground.Table.JobsAsync(book.Jobs.SelectMany(x => x.Accepted));
        foreach (var (job, row) in rows)
        {
            if (row.IsAtRest && (!last.TryGetValue(job, out var now) || now.Outcome != row.Outcome || now.OutcomeAttempt != row.OutcomeAttempt))
                book.Noted.Enqueue(new(FindingKind.Doubled, job, $"it had ended as {row.Outcome} (attempt {row.OutcomeAttempt}), and then as {now?.Outcome} (attempt {now?.OutcomeAttempt})"));
        }

        List<MessageRow> messages = [];
        foreach (var chat in last.Values.Select(x => x.ChatId).Distinct())
            messages.AddRange(await ground.Table.MessagesAsync(chat));
        return new()
        {
            Book = book,
            Rows = last,
            Messages = messages,
            MayFail = mayFail,
            LoggedText = [.. ground.Fleet.All.SelectMany(x => x.Output.TakeLeaks().Select(_ => x.Name)).Distinct()],
            ForeignConversations = [.. ground.Model.Calls.Foreign.Where(x => x.Contains($"-{scope}u", StringComparison.Ordinal))],
        };
    }

    private ScenarioResult Result(Scenario scenario, ScenarioContext context, Evidence evidence, DateTimeOffset healed, int faults, TimeSpan took)
    {
        var jobs = evidence.Book.Jobs.ToList();
        var ended = jobs.Select(x => evidence.Rows.GetValueOrDefault(x.JobId!.Value)).OfType<JobRow>().Where(x => x.IsAtRest).ToList();
        var lastEnd = ended.Max(x => x.EndedAt) ?? healed;
        var findings = Judge.Find(evidence);
        var tokens = jobs.GroupBy(x => x.Token).Select(x => (Jobs: x.Count(), Calls: ground.Model.Calls.Of(x.Key))).ToList();
        return new()
        {
            Name = scenario.Name,
            Title = scenario.Title,
            Jobs = jobs.Count,
            Kills = context.Kills,
            Findings = findings,
            Dossier = Dossier.Of(evidence, findings),
            Calls = tokens.Sum(x => x.Calls),
            RepeatedCalls = tokens.Sum(x => Math.Max(0, x.Calls - x.Jobs)),
            Recovery = lastEnd > healed ? lastEnd - healed : TimeSpan.Zero,
            Ends = ended.GroupBy(x => x.Outcome!.Value).ToDictionary(x => x.Key, x => x.Count()),
            Refusals = evidence.Book.Refusals.Values.Sum(),
            Faults = faults + context.Rounds,
            Restart = context.Restarts.Order().ElementAtOrDefault(context.Restarts.Count / 2),
            HitPoints = new SortedDictionary<string, int>(context.HitPoints, StringComparer.Ordinal),
            Took = took,
        };
    }

    private int Faults() => ground.Fleet.All.Sum(x => x.Proxies.Plan.Done.Values.Sum());
}
