using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>
/// The real state machine in every order of events that the other parts can bring about, within the budgets that a scenario names. See
/// <see cref="ModelWorld"/> for what is asked of each state and of each end.
/// </summary>
public sealed class ChatJobModelTests(ITestOutputHelper output)
{
    private static readonly ModelScenario OneJob = new("one job, a command fails, cancelled and retried", 1)
    {
        Faults = 1,
        Cancels = _ => 1,
        Retries = _ => 1,
    };

    private static readonly ModelScenario OneJobRepeated = new("one job, a message comes twice, a command fails, and it is retried", 1)
    {
        Faults = 1,
        Duplicates = 1,
        Retries = _ => 1,
    };

    private static readonly ModelScenario OneJobTwice = new("one job, messages come twice", 1)
    {
        Duplicates = 3,
        Cancels = _ => 1,
    };

    private static readonly ModelScenario OneJobLate = new("one job, messages are slower than its deadlines", 1)
    {
        Delays = 1,
        Cancels = _ => 1,
        Retries = _ => 1,
    };

    private static readonly ModelScenario OneJobAndAFlush = new("one job, and Redis is lost", 1)
    {
        Duplicates = 1,
        Crashes = 1,
        Flush = true,
        Cancels = _ => 1,
    };

    private static readonly ModelScenario OneJobRetriedAndAFlush = new("one job, retried, and Redis is lost", 1)
    {
        Crashes = 1,
        Flush = true,
        Cancels = _ => 1,
        Retries = _ => 1,
    };

    private static readonly ModelScenario OneJobTwiceAndAFlush = new("one job, a message comes twice, and Redis is lost", 1)
    {
        Duplicates = 1,
        Faults = 1,
        Crashes = 1,
        Flush = true,
    };

    private static readonly ModelScenario OneJobAndAKill = new("one job, and Sagas is killed", 1)
    {
        Duplicates = 1,
        Crashes = 1,
        Kills = true,
        Cancels = _ => 1,
    };

    private static readonly ModelScenario TwoJobs = new("two jobs, either cancelled", 2) { Cancels = _ => 1 };

    private static readonly ModelScenario TwoJobsTwice = new("two jobs, messages come twice", 2) { Duplicates = 2 };

    private static readonly ModelScenario TwoJobsAndARetry = new("two jobs, the first fails and is retried", 2)
    {
        Faults = 1,
        Retries = i => i == 0 ? 1 : 0,
    };

    private static readonly ModelScenario TwoJobsAndAFlush = new("two jobs, and Redis is lost", 2)
    {
        Crashes = 1,
        Flush = true,
    };

    private static readonly ModelScenario TwoJobsLate = new("two jobs, messages are slower than their deadlines", 2) { Delays = 1 };

    private static readonly ModelScenario TwoJobsUnswept = new("two jobs, Sagas is killed, and nobody sweeps", 2)
    {
        Duplicates = 1,
        Crashes = 1,
        Kills = true,
        Sweeper = false,
    };

    private static readonly ModelScenario TwoJobsTwiceAndAKill = new("two jobs, a message comes twice, and Sagas is killed", 2)
    {
        Duplicates = 1,
        Crashes = 1,
        Kills = true,
    };

    private static readonly ModelScenario TwoJobsTwiceAndAFlush = new("two jobs, a message comes twice, and Redis is lost", 2)
    {
        Duplicates = 1,
        Crashes = 1,
        Flush = true,
    };

    public static TheoryData<string> Scenarios { get; } = [.. All.Keys];

    private static Dictionary<string, ModelScenario> All =>
        new[]
    {
        OneJob, OneJobRepeated, OneJobTwice, OneJobLate, OneJobAndAFlush, OneJobRetriedAndAFlush, OneJobTwiceAndAFlush, OneJobAndAKill,
        TwoJobs, TwoJobsTwice, TwoJobsTwiceAndAKill, TwoJobsTwiceAndAFlush, TwoJobsAndARetry, TwoJobsAndAFlush, TwoJobsLate, TwoJobsUnswept,
    }.ToDictionary(x => x.Name);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void In_every_order_each_job_ends_once_as_its_row_says_and_as_it_was_told(string scenario)
    {
        var search = ModelSearch.Of(All[scenario]);

        output.WriteLine(search.Report);
        search.Violation.ShouldBeNull();
        search.Ends.ShouldBePositive();
        search.FinalStates.ShouldContain("Completed");
        if (All[scenario].Cancels(0) > 0)
            search.FinalStates.ShouldContain("Cancelled");
        if (All[scenario].Faults > 0)
            search.FinalStates.ShouldContain("Failed");
    }

    public static TheoryData<string> Mutants { get; } = [.. Wrong.Keys];

    /// <summary>What goes wrong, where, and a part of what the search has to say of it.</summary>
    private static Dictionary<string, (ModelScenario Scenario, string Found)> Wrong => new()
    {
        ["an event is acknowledged before its saga is saved"] = (TwoJobsUnswept with { AckBeforeSave = true }, "nothing moves any more"),
        ["commands are sent before their saga is saved"] = (TwoJobsUnswept with { SendBeforeSave = true, Crashes = 0, Duplicates = 0 }, "nothing moves any more"),
        ["events of an old attempt count for the new one"] = (OneJobRepeated with { Mutation = new(Before: OfTheSagasAttempt) }, "its row said"),
        ["a job is cancelled although its outcome is stored"] = (OneJob with { Mutation = new(After: CancelWhileNotifying) }, "Cancelled"),
        ["an outcome is written over the one that the row has"] = (OneJob with { IgnoreRow = true }, "was recorded as"),
        ["a job does not wait for its turn"] = (TwoJobs with { IgnoreTurns = true }, "the row of the job before says nothing"),
        ["nobody sweeps after Redis was lost"] = (OneJobAndAFlush with { Sweeper = false }, "nothing moves any more"),
    };

    [Theory]
    [MemberData(nameof(Mutants))]
    public void The_search_finds_what_is_wrong(string mutant)
    {
        var (scenario, found) = Wrong[mutant];

        var search = ModelSearch.Of(scenario);

        output.WriteLine(search.Report);
        search.Violation.ShouldNotBeNull(mutant);
        search.Violation.ShouldContain(found);
    }

    private static object OfTheSagasAttempt(ChatJobSaga saga, object @event) => @event switch
    {
        MessageReceived x => x with { Attempt = saga.Attempt },
        LlmCompleted x => x with { Attempt = saga.Attempt },
        MessagePersisted x => x with { Attempt = saga.Attempt },
        ClientNotified x => x with { Attempt = saga.Attempt },
        JobFoundEnded x => x with { Attempt = saga.Attempt },
        _ => @event,
    };

    private static void CancelWhileNotifying(ChatJobSaga saga, object @event, List<object> sent)
    {
        if (@event is not CancelChatJob || saga.CurrentState != nameof(ChatJobStateMachine.Notifying))
            return;

        saga.Outcome = JobOutcome.Cancelled;
        sent.Add(new NotifyClient { JobId = saga.CorrelationId, Attempt = saga.Attempt, UserId = saga.UserId, ChatId = saga.ChatId, Outcome = JobOutcome.Cancelled });
    }
}
