using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Processor;
using CloudIa.Store;
using CloudIa.Tests.Processor.Fakes;
using MassTransit;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Invoking;

public sealed class InvokeLlmConsumerTests
{
    [Fact]
    public async Task The_answer_is_streamed_kept_and_told()
    {
        var model = new ScriptedModel().Answers("Rayleigh ", "scattering", ".");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);

        var told = await processor.Bus.PublishesAsync<LlmCompleted>();

        told.JobId.ShouldBe(job.JobId);
        told.Attempt.ShouldBe(1);
        told.Model.ShouldBe("scripted-2026");
        told.Usage.ShouldBe(new TokenUsage { InputTokens = 11, OutputTokens = 7 });
        var kept = (await processor.Events.GetAnswerAsync(job.JobId, CancellationToken.None)).ShouldNotBeNull();
        kept.Text.ShouldBe("Rayleigh scattering.");
        kept.FinishReason.ShouldBe("stop");
        kept.Attempt.ShouldBe(1);
        processor.Events.Shown(job.JobId).ShouldBe(kept.Text);
        processor.Events.Names(job.JobId)[0].ShouldBe(nameof(JobStarted));
        processor.Events.Releases.ShouldBe(0);
    }

    [Fact]
    public async Task A_stop_cancels_the_call_and_is_no_failure()
    {
        var model = new ScriptedModel().AnswersAndStalls("Rayleigh ");
        await using var processor = await ProcessorDriver.StartAsync(model, ("Processor:RunLease", "00:10:00"));
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Events.Shown(job.JobId) == "Rayleigh ", "the first piece");

        await processor.Events.StopAsync(job.JobId, 1, CancellationToken.None);

        // Long before the run's next sign of life, which would find out too.
        await model.Cancelled.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await processor.Bus.ReceivesAsync(1);
        processor.Bus.All.ShouldBeEmpty();
        processor.Bus.Broken.ShouldBe(0);
    }

    [Fact]
    public async Task A_command_for_an_attempt_that_has_ended_tells_the_saga_how()
    {
        await using var processor = await ProcessorDriver.StartAsync(new ScriptedModel().Answers("never"));
        var job = processor.Accept();
        var outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 2, EndedAt = job.AcceptedAt, FailureCode = "expired" };
        processor.Jobs[job.JobId] = job with { Outcome = outcome, IsOpen = false };

        await processor.InvokeAsync(job, attempt: 2);
        await processor.ReceiveAsync(job, attempt: 2);

        var expected = new JobFoundEnded { JobId = job.JobId, Attempt = 2, OutcomeAttempt = 2, Outcome = JobOutcome.Failed, FailureCode = "expired", EndedAt = job.AcceptedAt };
        (await processor.Bus.PublishesAsync<JobFoundEnded>()).ShouldBe(expected);
        (await processor.Bus.PublishesAsync<JobFoundEnded>(2)).ShouldBe(expected);
        processor.Bus.Published<LlmCompleted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_model_is_shown_what_led_to_an_edited_message_and_not_what_it_replaced()
    {
        var model = new ScriptedModel().Answers("ok");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var first = processor.Accept("one");
        var second = processor.Accept("two", after: first);
        foreach (var (job, answer) in new[] { (first, "ONE"), (second, "TWO") })
        {
            await AddAsync(processor, job, MessageSequence.OfUser(job.Turn), "user", job.Prompt);
            await AddAsync(processor, job, MessageSequence.OfAssistant(job.Turn), "assistant", answer);
        }

        var edited = processor.Accept("two, please", after: second) with { Parent = 2 };
        processor.Jobs[edited.JobId] = edited;
        await processor.InvokeAsync(edited);

        await processor.Bus.PublishesAsync<LlmCompleted>();
        model.Calls.ShouldHaveSingleItem().Where(message => message.Role != ChatRole.System).Select(message => $"{message.Role}: {message.Text}")
            .ShouldBe(["user: one", "assistant: ONE", "user: two, please"]);
    }

    [Fact]
    public async Task The_model_is_shown_the_system_prompt_the_last_messages_and_the_prompt_of_the_row()
    {
        var model = new ScriptedModel().Answers("ok");
        await using var processor = await ProcessorDriver.StartAsync(model, ("Llm:SystemPrompt", "Be brief."), ("Llm:ContextMessages", "3"));
        var (first, second) = (processor.Accept("one"), default(JobRecord)!);
        second = processor.Accept("two", after: first);
        var third = processor.Accept("three", after: second);
        foreach (var (job, answer) in new[] { (first, "ONE"), (second, "TWO"), (third, "") })
        {
            await AddAsync(processor, job, MessageSequence.OfUser(job.Turn), "user", job.Prompt);
            if (answer.Length > 0)
            {
                await AddAsync(processor, job, MessageSequence.OfAssistant(job.Turn), "assistant", answer);
            }
        }

        await processor.InvokeAsync(third);

        await processor.Bus.PublishesAsync<LlmCompleted>();
        model.Calls.ShouldHaveSingleItem().Select(message => $"{message.Role}: {message.Text}")
            .ShouldBe(["system: Be brief.", "assistant: ONE", "user: two", "assistant: TWO", "user: three"]);
    }

    [Fact]
    public async Task A_kept_answer_is_told_with_the_attempt_of_the_message_and_no_model_is_asked()
    {
        var model = new ScriptedModel().Answers("42");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.PublishesAsync<LlmCompleted>();

        await processor.InvokeAsync(job, attempt: 2);

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<LlmCompleted>().Count == 2, "two LlmCompleted");
        processor.Bus.Published<LlmCompleted>()[1].Attempt.ShouldBe(2);
        model.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_dead_letter_of_an_attempt_that_has_an_outcome_is_dropped(int endedAttempt)
    {
        var model = new ScriptedModel().Answers("42");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        processor.Jobs[job.JobId] = job with
        {
            Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = endedAttempt, EndedAt = job.AcceptedAt },
        };

        await processor.InvokeAsync(job);

        await processor.Bus.ReceivesAsync(1);
        processor.Bus.All.ShouldHaveSingleItem().ShouldBeOfType<JobFoundEnded>();
        model.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_attempt_that_has_ended_in_the_log_is_dropped()
    {
        var model = new ScriptedModel().Answers("42");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await EndAsync(processor, job);

        await processor.InvokeAsync(job);

        await processor.Bus.ReceivesAsync(1);
        processor.Bus.All.ShouldBeEmpty();
        model.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_command_waits_for_the_run_that_is_alive_and_takes_its_answer()
    {
        var finish = new TaskCompletionSource();
        var model = new ScriptedModel().Then(_ => Waiting(finish.Task));
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => model.Calls.Count == 1, "the model is asked");

        await processor.InvokeAsync(job);
        await processor.Bus.ReceivesAsync(4);
        processor.Bus.All.ShouldBeEmpty();
        finish.SetResult();

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<LlmCompleted>().Count == 2, "two LlmCompleted");
        model.Calls.Count.ShouldBe(1);
        processor.Events.Names(job.JobId).ShouldNotContain(nameof(MessageReset));
    }

    [Fact]
    public async Task A_model_that_breaks_off_is_asked_again_and_the_answers_are_not_spliced()
    {
        var shown = new TaskCompletionSource();
        var model = new ScriptedModel().Then(_ => BreakingOff(shown.Task)).Answers("Mie ", "scattering.");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Events.Shown(job.JobId) == "Rayleigh sca", "what the first run says");
        shown.SetResult();

        await processor.Bus.PublishesAsync<LlmCompleted>();

        processor.Events.Shown(job.JobId).ShouldBe("Mie scattering.");
        processor.Events.Names(job.JobId).Count(name => name is nameof(JobStarted)).ShouldBe(1);
        processor.Events.Names(job.JobId).Count(name => name is nameof(MessageReset)).ShouldBe(1);
        processor.Events.Releases.ShouldBe(1);
        model.Calls.Count.ShouldBe(2);
        processor.Bus.Published<Fault<InvokeLlm>>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_stays_away_faults_after_all_redeliveries_and_not_one_retry_in_memory()
    {
        var model = new ScriptedModel().AnswersAndFails(new ModelUnavailableException(ModelFailureReason.CircuitOpen, "circuit open"));
        await using var processor = await ProcessorDriver.StartAsync(model);
        await processor.InvokeAsync(processor.Accept());

        var fault = await processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelUnavailableException");
        model.Calls.Count.ShouldBe(3);
        processor.Events.Releases.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_faults_at_once()
    {
        var model = new ScriptedModel().AnswersAndFails(new ModelRefusedException("refused"));
        await using var processor = await ProcessorDriver.StartAsync(model);
        await processor.InvokeAsync(processor.Accept());

        var fault = await processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelRefusedException");
        model.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_model_that_nobody_lists_is_a_refusal_and_begins_no_run()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await processor.InvokeAsync(job, model: "gpt-unheard-of");

        var fault = await processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelRefusedException");
        fault.Exceptions[0].Message.ShouldNotContain("unheard");
        processor.Events.Names(job.JobId).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_without_a_row_faults_at_once()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        await processor.SendAsync(ChatJobQueues.InvokeLlm, new InvokeLlm { JobId = NewId.NextGuid(), Attempt = 1 });

        var fault = await processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.JobNotFoundException");
    }

    [Fact]
    public async Task The_end_of_the_attempt_stops_the_model()
    {
        var model = new ScriptedModel().AnswersAndStalls("Rayleigh scattering");
        await using var processor = await ProcessorDriver.StartAsync(model, ("Processor:RunLease", "00:00:03"));
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Events.Shown(job.JobId).Length > 0, "a delta");

        await EndAsync(processor, job);

        await model.Cancelled.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await processor.Bus.ReceivesAsync(1);
        processor.Bus.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shutdown_stops_the_model_gives_the_message_back_and_releases_the_run()
    {
        var model = new ScriptedModel().AnswersAndStalls("Rayleigh scattering");
        var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Events.Shown(job.JobId).Length > 0, "a delta");

        await processor.StopAsync();

        await model.Cancelled.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await processor.Bus.ReachesAsync(() => processor.Events.Releases == 1, "a release");
        await processor.Bus.ReachesAsync(() => processor.Bus.Broken == 1, "the message given back");
        processor.Bus.All.ShouldBeEmpty();
        await processor.DisposeAsync();
    }

    [Fact]
    public async Task A_log_that_fails_for_a_moment_is_retried_in_memory()
    {
        var model = new ScriptedModel().Answers("Rayleigh scattering.");
        await using var processor = await ProcessorDriver.StartAsync(model);
        var job = processor.Accept();
        var failures = 0;
        processor.Events.BeforeAppend = _ =>
        {
            if (failures++ == 0)
            {
                throw new IOException("away");
            }
        };
        await processor.InvokeAsync(job);

        await processor.Bus.PublishesAsync<LlmCompleted>();

        processor.Events.Shown(job.JobId).ShouldBe("Rayleigh scattering.");
        processor.Events.Releases.ShouldBe(1);
        processor.Bus.Received.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_cut_at_a_character_and_says_so()
    {
        var model = new ScriptedModel().Answers([.. Enumerable.Repeat("日本語", 400)]);
        await using var processor = await ProcessorDriver.StartAsync(model, ("Llm:MaxAnswerBytes", "1024"));
        var job = processor.Accept();
        await processor.InvokeAsync(job);

        await processor.Bus.PublishesAsync<LlmCompleted>();

        var kept = (await processor.Events.GetAnswerAsync(job.JobId, CancellationToken.None)).ShouldNotBeNull();
        kept.FinishReason.ShouldBe("length");
        kept.Text.Length.ShouldBe(341);
        processor.Events.Shown(job.JobId).ShouldBe(kept.Text);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BreakingOff(Task shown)
    {
        yield return ScriptedModel.Piece("Rayleigh sca");
        await shown;
        throw new ModelUnavailableException(ModelFailureReason.StreamBroken, "broken");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Waiting(Task finish)
    {
        yield return ScriptedModel.Piece("The first ");
        await finish;
        yield return ScriptedModel.Piece("run's answer.");
        yield return ScriptedModel.Finish(ChatFinishReason.Stop);
    }

    private static Task EndAsync(ProcessorDriver processor, JobRecord job) => processor.Events.EndAsync(job.UserId, new JobError
    {
        JobId = job.JobId,
        ChatId = job.ChatId,
        Attempt = 1,
        Timestamp = job.AcceptedAt,
        Message = "ended",
        Details = JobFailures.ModelUnavailable.Code,
        Retryable = true,
    }, CancellationToken.None);

    private static Task<bool> AddAsync(ProcessorDriver processor, JobRecord job, long sequence, string role, string content) =>
        processor.Chats.AddMessageAsync(new MessageRecord
        {
            ChatId = job.ChatId,
            Sequence = sequence,
            MessageId = DerivedId.OfMessage(job.JobId, role),
            JobId = job.JobId,
            Role = role,
            Content = content,
            CreatedAt = job.AcceptedAt,
        }, 1, CancellationToken.None);
}
