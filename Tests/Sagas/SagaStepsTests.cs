using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using Shouldly;
using Xunit;
using static CloudIa.Tests.Sagas.ChatJobSteps;

namespace CloudIa.Tests.Sagas;

/// <summary>What the saga remembers of what happened to it.</summary>
public sealed class SagaStepsTests
{
    [Fact]
    public async Task Each_event_that_does_something_is_a_step_and_no_other()
    {
        await using var job = await ChatJobDriver.StartAsync();

        await job.SubmitAsync();
        await RecordAsync(job);
        await RecordAsync(job);
        await AnswerAsync(job);
        await AnswerAsync(job);
        await PersistedAsync(job, JobOutcome.Completed, failureCode: null);
        await NotifiedAsync(job);
        await job.SubmitAsync();

        job.Saga!.Steps!.Select(x => $"{x.Event} {x.State} {string.Join('+', x.Sent ?? [])}".TrimEnd()).ShouldBe(
        [
            "SubmitChatJob Invoking receive-message+invoke-llm",
            "MessageReceived Invoking",
            "LlmCompleted Persisting persist-message",
            "MessagePersisted Notifying notify-client",
            "ClientNotified Completed",
        ]);
        job.Saga.Steps!.ShouldAllBe(x => x.Attempt == 1 && x.At == job.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_job_that_is_swept_for_days_keeps_its_beginning_and_its_end()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync(new CancelChatJob { JobId = job.JobId, Job = job.Submit() });
        for (var n = 0; n < 60; n++)
            await OverdueAsync(job);

        job.Saga!.Steps!.Count.ShouldBe(48);
        job.Saga.Steps!.Take(2).Select(x => x.Event).ShouldBe(["SubmitChatJob", "CancelChatJob"]);
        await PersistedAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);
        job.Saga.Steps![^1].State.ShouldBe("Notifying");
        job.Saga.Steps.Count.ShouldBe(48);
    }

    [Theory]
    [InlineData(true, JobOutcome.Expired)]
    [InlineData(false, JobOutcome.Cancelled)]
    public async Task An_operator_can_let_a_job_expire(bool asExpired, JobOutcome outcome)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();

        await job.HandleAsync(new CancelChatJob { JobId = job.JobId, Job = job.Submit(), AsExpired = asExpired });

        job.Commands.OfType<PersistMessage>().ShouldHaveSingleItem().Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void The_diagram_has_the_ways_of_the_real_machine()
    {
        var diagram = ChatJobDiagram.Read();

        diagram.States.ShouldBe(["Initial", "Waiting", "Invoking", "Persisting", "Notifying", "Completed", "Failed", "Cancelled", "Expired"], ignoreOrder: true);
        var ways = diagram.Transitions.Select(x => $"{x.From} {x.To}").ToList();
        ways.ShouldBeUnique();
        new[] { "Initial Waiting", "Initial Invoking", "Waiting Invoking", "Invoking Persisting", "Persisting Notifying", "Persisting Invoking", "Notifying Completed", "Failed Invoking", "Notifying Expired" }
            .ShouldBeSubsetOf(ways);
        ways.ShouldNotContain(x => x.StartsWith("Completed ", StringComparison.Ordinal), "nothing leads away from an answer");
        diagram.Transitions.Single(x => (x.From, x.To) == ("Waiting", "Invoking")).Events.ShouldBe(["SubmitChatJob", "StartNextTurn", "JobFoundEnded", "CheckOverdueJob"], ignoreOrder: true);
        diagram.ToMermaid("Invoking").ShouldContain("class Invoking current");
        diagram.ToMermaid("[*] --> x").ShouldNotContain("class");
        diagram.ToGraphviz().ShouldContain("Waiting -> Invoking [label=\"");
    }
}
