using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Failover;

public sealed class PostponementTests
{
    private static readonly (string, string)[] QuickBreaker =
    [
        ("Llm:Providers:0:MaxRetries", "0"), ("Llm:Providers:0:BreakerMinimumTries", "2"), ("Llm:Providers:0:BreakerFailureRatio", "0.1"),
        ("Jobs:RedeliveryJitter", "0"),
    ];

    [Fact]
    public async Task A_job_whose_providers_are_all_open_waits_without_being_counted_and_is_answered_when_one_closes()
    {
        // One try is all that is counted; the circuit opens for longer than that.
        await using var two = await TwoProviders.StartAsync(hasSecond: false, [.. QuickBreaker, ("Llm:Providers:0:BreakerPause", "00:00:01"), ("Processor:RedeliveryLimit", "1")]);
        await OpenAsync(two);
        two.First.Default = new FakeReply { Text = "Here again." };
        var asked = two.First.Requests.Count;

        var job = two.Processor.Accept();
        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.Processor.Events.Shown(job.JobId).ShouldBe("Here again.");
        two.First.Requests.Count.ShouldBe(asked + 1);
        var delayed = (await two.Processor.Events.ReadAsync(job.JobId, 0, 100, CancellationToken.None)).OfType<JobDelayed>().ToList();
        delayed.ShouldNotBeEmpty();
        delayed.ShouldAllBe(x => x.Reason == JobDelays.CircuitOpen);
        (delayed[0].Until - delayed[0].Timestamp).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await two.Processor.Events.GetDelayAsync(job.JobId, 1, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_job_that_has_no_time_left_for_the_circuit_to_close_fails_and_says_so()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: false,
            [.. QuickBreaker, ("Llm:Providers:0:BreakerPause", "01:00:00"), ("Processor:RedeliveryLimit", "1"), ("Jobs:InvokingDeadline", "00:10:00")]);
        await OpenAsync(two);
        var asked = two.First.Requests.Count;

        var job = two.Processor.Accept();
        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.ReachesAsync(() => two.Processor.Bus.Published<Fault<InvokeLlm>>().Any(x => x.Message.JobId == job.JobId), "the fault");

        var fault = two.Processor.Bus.Published<Fault<InvokeLlm>>().First(x => x.Message.JobId == job.JobId);
        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelCircuitOpenException");
        two.First.Requests.Count.ShouldBe(asked);
        two.Processor.Events.Names(job.JobId).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_whose_time_is_over_gets_one_more_try_and_no_other()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: false);
        two.First.Default = new FakeReply { Status = 503 };
        var job = two.Processor.Accept();

        await two.Processor.SendAsync(ChatJobQueues.InvokeLlm, new InvokeLlm { JobId = job.JobId, Attempt = 1, GiveUpAt = job.AcceptedAt });
        var fault = await two.Processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelUnavailableException");
        two.First.Requests.Count.ShouldBe(2);
        two.Processor.Events.Names(job.JobId).ShouldBe([nameof(JobStarted)]);
    }

    [Fact]
    public async Task Word_that_cannot_be_given_does_not_keep_a_job_from_its_next_try()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: false);
        two.First.Script(new FakeReply { Status = 503 }, new FakeReply { Status = 503 }, new FakeReply { Text = "Here." });
        two.Processor.Events.BeforeDelay = () => throw new IOException("away");
        var job = two.Processor.Accept();

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.Processor.Events.Shown(job.JobId).ShouldBe("Here.");
    }

    [Fact]
    public async Task A_Retry_After_that_is_too_long_for_the_pipeline_is_followed_by_the_next_try()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: false, ("Llm:Providers:0:MaxRetryDelay", "00:00:00.1"), ("Jobs:RedeliveryJitter", "0"));
        two.First.Script(new FakeReply { Status = 429, RetryAfter = "1" });
        var job = two.Processor.Accept();

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        var delayed = (await two.Processor.Events.ReadAsync(job.JobId, 0, 100, CancellationToken.None)).OfType<JobDelayed>().ShouldHaveSingleItem();
        (delayed.Until - delayed.Timestamp).ShouldBeInRange(TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(1));
    }

    /// <summary>Jobs that fail until the provider is left alone.</summary>
    private static async Task OpenAsync(TwoProviders two)
    {
        two.First.Default = new FakeReply { Status = 503 };
        await two.Processor.InvokeAsync(two.Processor.Accept());
        await two.Processor.Bus.ReachesAsync(() => two.Processor.Logs.Lines.Any(x => x.Contains(" 3401 ", StringComparison.Ordinal)), "the circuit opens");
    }
}
