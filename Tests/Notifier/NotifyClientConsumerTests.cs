using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Store;
using CloudIa.Tests.Notifier.Fakes;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class NotifyClientConsumerTests : IAsyncLifetime
{
    private readonly FakeEventLog _log = new();
    private readonly FakeJobStore _jobs = new();
    private readonly IChatStore _chats = Substitute.For<IChatStore>();
    private readonly FakeConnectionRegistry _registry = new();
    private readonly FakeWebhooks _webhooks = new();
    private readonly ChatJob _job;
    private readonly NotifierOptions _options = new() { Redeliveries = 0 };
    private ServiceProvider _services = null!;

    public NotifyClientConsumerTests()
    {
        _job = new ChatJob(_log, "ana");
        _jobs.Put(_job.Record);
        _chats.GetMessageAsync(default, default, default).ReturnsForAnyArgs((MessageRecord?)null);
    }

    private ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    private NotifyClient Command => new()
    {
        JobId = _job.JobId,
        Attempt = 1,
        UserId = "ana",
        ChatId = _job.ChatId,
        SessionId = "s",
        Outcome = JobOutcome.Completed,
    };

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection()
            .AddNotifierConsumers(_log, _jobs, _chats, _registry, _webhooks, _options, TimeProvider.System, Environments.Production)
            .BuildServiceProvider(validateScopes: true);
        await Harness.Start();
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_completed_job_ends_with_its_answer()
    {
        KeepAnswer("Olá, 世界 🌍");

        await SendAsync(Command);

        var notified = await PublishedAsync(1);
        notified[0].JobId.ShouldBe(_job.JobId);
        notified[0].Attempt.ShouldBe(1);
        var last = _log.All(_job.JobId).ShouldHaveSingleItem().ShouldBeOfType<MessageCompleted>();
        last.Content.ShouldBe("Olá, 世界 🌍");
        last.Metadata.ShouldBe(new CompletionMetadata
        {
            MessageId = DerivedId.OfMessage(_job.JobId, MessageRoles.Assistant),
            Model = "echo",
            Tokens = 15,
            InputTokens = 5,
            OutputTokens = 10,
            FinishReason = "stop",
        });
    }

    [Fact]
    public async Task An_answer_that_Redis_has_lost_comes_from_the_history()
    {
        StoreAnswer("from DynamoDB");

        await SendAsync(Command);

        await PublishedAsync(1);
        var last = _log.All(_job.JobId).ShouldHaveSingleItem().ShouldBeOfType<MessageCompleted>();
        last.Content.ShouldBe("from DynamoDB");
        last.Metadata.Model.ShouldBe("echo");
        last.Metadata.Tokens.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_is_stored_a_moment_later_is_found_by_the_next_try()
    {
        var reads = 0;
        _chats.GetMessageAsync(_job.ChatId, 6, Arg.Any<CancellationToken>())
            .Returns(_ => ++reads == 1 ? null : Stored("late"));

        await SendAsync(Command);

        await PublishedAsync(1);
        reads.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_quick_tries_do_not_mend_is_delivered_again_after_two_seconds()
    {
        await _services.DisposeAsync();
        _options.Redeliveries = 1;
        await InitializeAsync();
        var reads = 0;
        _chats.GetMessageAsync(_job.ChatId, 6, Arg.Any<CancellationToken>())
            .Returns(_ => ++reads <= 3 ? throw new TimeoutException("DynamoDB is away.") : Stored("later"));

        await SendAsync(Command);

        await PublishedAsync(1);
        reads.ShouldBe(4);
    }

    [Fact]
    public async Task An_answer_that_is_nowhere_makes_a_dead_letter_without_an_event()
    {
        await SendAsync(Command);

        (await Harness.Published.Any<Fault<NotifyClient>>(TestContext.Current.CancellationToken)).ShouldBeTrue();
        _log.All(_job.JobId).ShouldBeEmpty();
        (await Harness.Published.SelectAsync<Fault<NotifyClient>>(TestContext.Current.CancellationToken).First())
            .Context.Message.Exceptions[0].Message.ShouldContain(_job.JobId.ToString());
    }

    [Fact]
    public async Task What_its_user_had_deleted_ends_as_if_it_had_been_cancelled()
    {
        _jobs.Put(_job.Record with { ErasedAt = DateTimeOffset.UnixEpoch });

        await SendAsync(Command);

        await PublishedAsync(1);
        _log.All(_job.JobId).ShouldHaveSingleItem().ShouldBeOfType<JobCancelled>();
    }

    [Theory]
    [InlineData("model_refused", false)]
    [InlineData("model_unavailable", true)]
    [InlineData("of_a_newer_version", true)]
    public async Task A_failed_job_ends_with_its_error(string code, bool retryable)
    {
        await SendAsync(Command with { Outcome = JobOutcome.Failed, FailureCode = code });

        await PublishedAsync(1);
        var error = _log.All(_job.JobId).ShouldHaveSingleItem().ShouldBeOfType<JobError>();
        error.Details.ShouldBe(code);
        error.Message.ShouldBe(JobFailures.FromCode(code).Message);
        error.Retryable.ShouldBe(retryable);
    }

    [Fact]
    public async Task The_same_command_again_tells_the_saga_again_and_the_listeners_nothing()
    {
        KeepAnswer("once");

        await SendAsync(Command);
        await SendAsync(Command);

        await PublishedAsync(2);
        _log.All(_job.JobId).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_connections_of_the_jobs_user_and_session_are_counted()
    {
        KeepAnswer("counted");
        var ours = new ListenerConnection("ana", "s", "1", "websocket", "n");
        foreach (var connection in new[] { ours, ours with { ConnectionId = "2" }, ours with { SessionId = "t" }, ours with { UserId = "bob" } })
        {
            await _registry.RegisterAsync(connection, TimeSpan.FromMinutes(1), CancellationToken.None);
        }

        await SendAsync(Command);
        await SendAsync(Command with { SessionId = null, Attempt = 2 });

        (await PublishedAsync(2)).Select(x => (x.Attempt, x.SessionConnections, x.Connections)).Order().ShouldBe([(1, 2, 3), (2, 0, 3)]);
    }

    private void KeepAnswer(string text) => _log.Keep(_job.JobId, new KeptAnswer
    {
        Attempt = 1,
        Text = text,
        Model = "echo",
        Usage = new TokenUsage { InputTokens = 5, OutputTokens = 10 },
        FinishReason = "stop",
        CompletedAt = default,
    });

    private void StoreAnswer(string text) => _chats.GetMessageAsync(_job.ChatId, 6, Arg.Any<CancellationToken>()).Returns(Stored(text));

    private MessageRecord Stored(string text) => new()
    {
        ChatId = _job.ChatId,
        Sequence = 6,
        MessageId = DerivedId.OfMessage(_job.JobId, MessageRoles.Assistant),
        JobId = _job.JobId,
        Role = MessageRoles.Assistant,
        Content = text,
        CreatedAt = default,
        Model = "echo",
        FinishReason = "stop",
    };

    private async Task SendAsync(NotifyClient command)
    {
        var endpoint = await Harness.Bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.NotifyClient));
        await endpoint.Send(command, TestContext.Current.CancellationToken);
    }

    private async Task<List<ClientNotified>> PublishedAsync(int count)
    {
        var published = new List<ClientNotified>();
        await foreach (var one in Harness.Published.SelectAsync<ClientNotified>(TestContext.Current.CancellationToken))
        {
            published.Add(one.Context.Message);
            if (published.Count == count)
            {
                break;
            }
        }

        published.Count.ShouldBe(count);
        return published;
    }
}
