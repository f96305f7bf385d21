using CloudIa.Contracts;
using CloudIa.Limits;
using CloudIa.Processor;
using CloudIa.Tests.Processor.Fakes;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Usage;

/// <summary>What the processor writes down of what was used, and what it tells the limits.</summary>
public sealed class UsageTests
{
    private static readonly (string, string)[] Prices =
    [
        ("Llm:Prices:0:Model", "scripted"), ("Llm:Prices:0:InputPerMillion", "2"), ("Llm:Prices:0:OutputPerMillion", "10"), ("Llm:Prices:0:Currency", "EUR"),
    ];

    private static readonly JobCost Cost = new() { Amount = 0.000092m, Currency = "EUR" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answers_tokens_and_cost_are_kept_stored_and_settled()
    {
        await using var processor = await ProcessorDriver.StartAsync(new ScriptedModel().Answers("Rayleigh"), Prices);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.PublishesAsync<LlmCompleted>();

        await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>();

        var used = processor.Usages.Of(job.JobId).ShouldHaveSingleItem();
        used.Usage.ShouldBe(new() { InputTokens = 11, OutputTokens = 7 });
        (used.UserId, used.ChatId, used.Attempt, used.Model, used.Cost, used.IsBroken).ShouldBe((job.UserId, job.ChatId, 1, "scripted-2026", Cost, false));
        processor.Jobs[job.JobId].Outcome!.Cost.ShouldBe(Cost);
        processor.Chats.Of(job.ChatId).ShouldHaveSingleItem().Cost.ShouldBe(Cost);
        processor.Limits.Ended.ShouldHaveSingleItem().ShouldBe((new JobAttempt(job.JobId, 1), 18L));
    }

    [Fact]
    public async Task An_end_that_comes_many_times_is_written_down_once()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job.JobId, job.UserId, job.ChatId);

        for (var n = 0; n < 5; n++)
            await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>(5);

        processor.Usages.Of(job.JobId).ShouldHaveSingleItem();
        processor.Limits.Ended.ShouldAllBe(x => x.Job == new JobAttempt(job.JobId, 1) && x.Tokens == 18);
    }

    [Fact]
    public async Task What_the_provider_does_not_count_is_estimated_and_said_to_be()
    {
        static async IAsyncEnumerable<ChatResponseUpdate> Uncounted()
        {
            await Task.Yield();
            yield return ScriptedModel.Piece("Rayleigh scattering.");
        }

        await using var processor = await ProcessorDriver.StartAsync(new ScriptedModel().Then(_ => Uncounted()), Prices);
        var job = processor.Accept("Why is the sky blue?");
        await processor.InvokeAsync(job);

        var told = await processor.Bus.PublishesAsync<LlmCompleted>();

        told.Usage.ShouldBe(new() { InputTokens = 5, OutputTokens = 5, Estimated = true });
        (await processor.Events.GetAnswerAsync(job.JobId, Token))!.Cost.ShouldBe(new() { Amount = 0.00006m, Currency = "EUR" });
    }

    [Fact]
    public async Task A_stopped_call_has_used_what_it_was_asked_with_and_what_it_said()
    {
        var model = new ScriptedModel().AnswersAndStalls("Rayleigh ");
        await using var processor = await ProcessorDriver.StartAsync(model, Prices);
        var job = processor.Accept("Why is the sky blue?");
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Events.Shown(job.JobId) == "Rayleigh ", "the first piece");

        await processor.PersistAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);
        await processor.Bus.ReceivesAsync(2);

        var used = processor.Usages.Of(job.JobId).ShouldHaveSingleItem();
        (used.Usage, used.IsBroken).ShouldBe((new TokenUsage { InputTokens = 5, OutputTokens = 3, Estimated = true }, true));
        processor.Limits.Noted.ShouldHaveSingleItem().ShouldBe((new JobAttempt(job.JobId, 1), 8L));
        processor.Limits.Ended.ShouldHaveSingleItem().ShouldBe((new JobAttempt(job.JobId, 1), 0L));
    }

    [Fact]
    public async Task A_call_that_breaks_off_counts_beside_the_one_that_answers()
    {
        var model = new ScriptedModel()
            .AnswersAndFails(new ModelUnavailableException(ModelFailureReason.Network, "gone"), "Rayl")
            .Answers("Rayleigh");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept("Why is the sky blue?");
        await processor.InvokeAsync(job);
        await processor.Bus.PublishesAsync<LlmCompleted>();
        await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>();

        processor.Usages.Of(job.JobId).Select(x => (x.IsBroken, x.Usage.InputTokens, x.Usage.OutputTokens)).ShouldBe([(true, 5, 1), (false, 11, 7)], ignoreOrder: true);
        processor.Limits.Noted.ShouldHaveSingleItem().Tokens.ShouldBe(6);
    }

    [Fact]
    public async Task A_call_that_said_nothing_is_not_written_down()
    {
        var model = new ScriptedModel().AnswersAndFails(new ModelUnavailableException(ModelFailureReason.Network, "gone")).Answers("Rayleigh");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.PublishesAsync<LlmCompleted>();

        processor.Usages.Of(job.JobId).ShouldBeEmpty();
        processor.Limits.Noted.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_was_not_wanted_any_more_was_paid_for_and_a_retry_that_uses_it_pays_nothing()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job.JobId, job.UserId, job.ChatId);
        await processor.PersistAsync(job, JobOutcome.Expired, JobFailures.Expired.Code);
        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Jobs[job.JobId].Outcome!.Usage.ShouldBe(new() { InputTokens = 11, OutputTokens = 7 });

        await processor.PersistAsync(job, JobOutcome.Completed, attempt: 2);
        await processor.Bus.PublishesAsync<MessagePersisted>(2);

        processor.Usages.Of(job.JobId).ShouldHaveSingleItem();
        processor.Limits.Ended.ShouldBe([(new JobAttempt(job.JobId, 1), 18L), (new JobAttempt(job.JobId, 2), 0L)]);
    }

    [Fact]
    public async Task Limits_that_cannot_be_told_do_not_hold_up_the_end()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        processor.Limits.Failures.Enqueue(new TimeoutException("away"));

        await processor.PersistAsync(job, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);

        (await processor.Bus.PublishesAsync<MessagePersisted>()).Outcome.ShouldBe(JobOutcome.Failed);
        processor.Bus.Broken.ShouldBe(0);
    }

    private static async Task KeepAsync(ProcessorDriver processor, Guid jobId, string userId, Guid chatId)
    {
        var began = await processor.Events.BeginRunAsync(
            userId, new() { JobId = jobId, ChatId = chatId, Attempt = 1, Timestamp = default }, TimeSpan.FromMinutes(1), Token);
        (await processor.Events.KeepAnswerAsync(
            began.Run!,
            new()
            {
                Attempt = 1,
                Text = "Rayleigh scattering.",
                Model = "m-1",
                Usage = new() { InputTokens = 11, OutputTokens = 7 },
                FinishReason = "stop",
                CompletedAt = new(2026, 1, 2, 3, 5, 0, TimeSpan.Zero),
            },
            Token)).ShouldBeTrue();
    }
}
