using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeAnthropic;
using CloudIa.Tests.FakeOpenAi;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Failover;

/// <summary>Each failure, before the first token and in mid-answer, with one provider and with two; over HTTP, with the vendors' own SDKs.</summary>
public sealed class FailoverTests
{
    private const int BeforeIt = 0;
    private const int InIt = 2;

    public static TheoryData<string, int> Passing { get; } = new()
    {
        { "500", BeforeIt }, { "429", BeforeIt }, { "cut", BeforeIt }, { "cut", InIt }, { "stall", BeforeIt }, { "stall", InIt },
        { "error", BeforeIt }, { "error", InIt }, { "garbage", BeforeIt }, { "garbage", InIt }, { "unfinished", InIt }, { "empty", BeforeIt },
    };

    public static TheoryData<string> OfOneProvider { get; } = ["401", "403", "404", "too long", "413"];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_one_provider_cannot_answer_the_next_does_and_the_two_are_never_spliced(string what, int after)
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: true, Timeouts(what, after));
        var job = two.Processor.Accept();
        two.First.Default = Failing(what, after, two.Processor, job.JobId);

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        var kept = (await two.Processor.Events.GetAnswerAsync(job.JobId, CancellationToken.None)).ShouldNotBeNull();
        kept.Text.ShouldBe(TwoProviders.Text);
        kept.Provider.ShouldBe("second");
        kept.Model.ShouldBe("claude");
        two.Processor.Events.Shown(job.JobId).ShouldBe(kept.Text);
        var names = two.Processor.Events.Names(job.JobId);
        names.Count(x => x == nameof(JobStarted)).ShouldBe(1);
        names.Count(x => x == nameof(MessageReset)).ShouldBe(after == InIt ? 1 : 0);
        names.ShouldNotContain(nameof(JobDelayed));
        two.Second.Requests.ShouldHaveSingleItem();
        two.Processor.Logs.Lines.ShouldContain(x => x.Contains("3108") && x.Contains("first"));
        NothingIsTold(two.Processor);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task With_one_provider_it_is_tried_again_later_the_client_hears_of_it_and_in_the_end_the_job_fails(string what, int after)
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: false, Timeouts(what, after));
        var job = two.Processor.Accept();
        two.First.Default = Failing(what, after, two.Processor, job.JobId);

        await two.Processor.InvokeAsync(job);
        var fault = await two.Processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelUnavailableException");
        var events = await two.Processor.Events.ReadAsync(job.JobId, 0, 100, CancellationToken.None);
        events.OfType<JobDelayed>().Select(x => x.Reason).ShouldBe([JobDelays.ProviderFailed, JobDelays.ProviderFailed]);
        events.OfType<JobDelayed>().ShouldAllBe(x => x.Until > x.Timestamp);

        // A later run's connection may be reset before anything of it is read.
        events.OfType<MessageReset>().Count().ShouldBeInRange(after == InIt ? 1 : 0, after == InIt ? 2 : 0);
        NothingIsTold(two.Processor);
    }

    [Theory]
    [MemberData(nameof(OfOneProvider))]
    public async Task What_is_wrong_with_one_provider_alone_is_not_tried_again_there_but_with_the_next(string what)
    {
        await using var two = await TwoProviders.StartAsync();
        var job = two.Processor.Accept();
        two.First.Default = Failing(what, BeforeIt, two.Processor, job.JobId);

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.Processor.Events.Shown(job.JobId).ShouldBe(TwoProviders.Text);
        two.First.Requests.ShouldHaveSingleItem();
        two.Second.Requests.ShouldHaveSingleItem();
        NothingIsTold(two.Processor);
    }

    [Theory]
    [MemberData(nameof(OfOneProvider))]
    public async Task What_is_wrong_with_every_provider_is_a_refusal(string what)
    {
        await using var two = await TwoProviders.StartAsync();
        var job = two.Processor.Accept();
        two.First.Default = Failing(what, BeforeIt, two.Processor, job.JobId);
        two.Second.Default = new AnthropicReply { Status = 400, ErrorMessage = "prompt is too long: canary" };

        await two.Processor.InvokeAsync(job);
        var fault = await two.Processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelRefusedException");
        two.First.Requests.ShouldHaveSingleItem();
        two.Second.Requests.ShouldHaveSingleItem();
        NothingIsTold(two.Processor);
    }

    [Theory]
    [InlineData("filtered", BeforeIt)]
    [InlineData("filtered", InIt)]
    [InlineData("policy", BeforeIt)]
    [InlineData("400", BeforeIt)]
    [InlineData("422", BeforeIt)]
    public async Task What_is_wrong_with_the_request_no_other_provider_is_asked(string what, int after)
    {
        await using var two = await TwoProviders.StartAsync();
        var job = two.Processor.Accept();
        two.First.Default = Failing(what, after, two.Processor, job.JobId);

        await two.Processor.InvokeAsync(job);
        var fault = await two.Processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelRefusedException");
        two.First.Requests.ShouldHaveSingleItem();
        two.Second.Requests.ShouldBeEmpty();
        NothingIsTold(two.Processor);
    }

    [Fact]
    public async Task A_job_waits_while_one_provider_may_still_answer_and_begins_with_the_first_again()
    {
        await using var two = await TwoProviders.StartAsync();
        var job = two.Processor.Accept();
        two.First.Script(new FakeReply { Status = 401 }, new FakeReply { Text = "The first's answer." });
        two.Second.Script(new AnthropicReply { Status = 529, ErrorType = "overloaded_error" });

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.Processor.Events.Shown(job.JobId).ShouldBe("The first's answer.");
        two.Processor.Events.Names(job.JobId).Where(x => x != nameof(MessageDelta)).ShouldBe([nameof(JobStarted), nameof(JobDelayed)]);
    }

    [Fact]
    public async Task A_provider_that_is_full_is_passed_over()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: true, ("Llm:Providers:0:MaxConcurrentCalls", "1"), ("Llm:Providers:0:QueueTimeout", "00:00:00.05"));
        var (first, second) = (two.Processor.Accept(), two.Processor.Accept());
        two.First.Default = new FakeReply { StallAfter = 2 };
        await two.Processor.InvokeAsync(first);
        await two.Processor.Bus.ReachesAsync(() => two.Processor.Events.Shown(first.JobId).Length > 0, "the first answer begins");

        await two.Processor.InvokeAsync(second);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.Processor.Events.Shown(second.JobId).ShouldBe(TwoProviders.Text);
        two.First.Requests.ShouldHaveSingleItem();
        two.Processor.Logs.Lines.ShouldContain(x => x.Contains("ProviderBusy"));
    }

    [Fact]
    public async Task A_stop_ends_the_job_and_not_only_its_provider()
    {
        await using var two = await TwoProviders.StartAsync();
        var job = two.Processor.Accept();
        two.First.Default = new FakeReply { StallAfter = 2 };
        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.ReachesAsync(() => two.Processor.Events.Shown(job.JobId).Length > 0, "the answer begins");

        await two.Processor.Events.StopAsync(job.JobId, 1, CancellationToken.None);
        await two.Processor.Bus.ReceivesAsync(1);

        two.Second.Requests.ShouldBeEmpty();
        two.Processor.Bus.All.ShouldBeEmpty();
    }

    /// <summary>Short only where one is to be over: a busy machine takes long to connect.</summary>
    private static (string, string)[] Timeouts(string what, int after) => (what, after) switch
    {
        ("stall", BeforeIt) => [("Llm:Providers:0:FirstTokenTimeout", "00:00:00.5")],
        ("stall", _) => [("Llm:Providers:0:BetweenTokensTimeout", "00:00:00.5")],
        _ => [],
    };

    private static FakeReply Failing(string what, int after, ProcessorDriver processor, Guid jobId) => what switch
    {
        "cut" => new() { CutAfter = after, CutWhen = after == BeforeIt ? Task.CompletedTask : ShownAsync(processor, jobId) },
        "stall" => new() { StallAfter = after },
        "error" => new() { ErrorAfter = after, ErrorMessage = "canary" },
        "garbage" => new() { GarbageAfter = after },
        "unfinished" => new() { FinishReason = null },
        "empty" => new() { Text = "" },
        "filtered" => new() { Text = new string('x', 10 * after), FinishReason = "content_filter" },
        "policy" => new() { Status = 400, ErrorCode = "content_policy_violation", ErrorMessage = "canary" },
        "too long" => new() { Status = 400, ErrorCode = "context_length_exceeded", ErrorMessage = "canary" },
        _ => new() { Status = int.Parse(what, System.Globalization.CultureInfo.InvariantCulture), ErrorMessage = "canary" },
    };

    /// <summary>A reset of the connection can overtake what was sent before it.</summary>
    private static Task ShownAsync(ProcessorDriver processor, Guid jobId) =>
        processor.Bus.ReachesAsync(() => processor.Events.Shown(jobId).Length > 0, "a piece in the log");

    private static void NothingIsTold(ProcessorDriver processor) =>
        processor.Logs.Lines.Where(x => x.Contains("canary", StringComparison.Ordinal)).ShouldBeEmpty();
}
