using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Tests.Sagas;
using CloudIa.Tests.Transport;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>Each message of a job says, as its group, whose it is.</summary>
public sealed class FairSharesTests
{
    private const string User = "ada@example.com";

    private static readonly SubmitChatJob Job = new()
    {
        JobId = Guid.CreateVersion7(),
        UserId = User,
        ChatId = Guid.CreateVersion7(),
        AcceptedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_share_is_the_same_for_a_user_and_another_for_another_and_does_not_name_them()
    {
        FairShares.Of(User).ShouldBe(FairShares.Of(User));
        FairShares.Of(User).ShouldMatch("^[0-9a-f]{32}$");
        FairShares.Of("bob").ShouldNotBe(FairShares.Of(User));
    }

    [Fact]
    public async Task What_begins_a_job_has_its_users_group_and_hands_it_on_to_what_it_sends_and_publishes()
    {
        var groups = new Inbox<string>();
        await using var backend = new FakeBackend();
        await using var bus = await backend.StartAsync(cfg =>
        {
            cfg.UseFairShares();
            cfg.ReceiveEndpoint("begin", e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Handler<SubmitChatJob>(async x =>
                {
                    groups.Add($"begin {GroupOf(x)}");
                    await x.Send(new Uri("queue:sent"), new ReceiveMessage { JobId = x.Message.JobId, Attempt = 1 });
                    await x.Publish(new MessageReceived { JobId = x.Message.JobId, Attempt = 1, Timestamp = x.Message.AcceptedAt }, Token);
                });
            });
            cfg.ReceiveEndpoint("sent", e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Handler<ReceiveMessage>(x => Note("sent", x));
            });
            cfg.ReceiveEndpoint("published", e => e.Handler<MessageReceived>(x => Note("published", x)));
        });

        await bus.SendAsync("begin", Job);

        var share = FairShares.Of(User);
        (await groups.Reaches(3)).ShouldBe([$"begin {share}", $"sent {share}", $"published {share}"], ignoreOrder: true);

        Task Note(string what, ConsumeContext context)
        {
            groups.Add($"{what} {GroupOf(context)}");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_sagas_commands_have_it_also_where_nobodys_message_woke_the_saga()
    {
        await using var backend = new FakeBackend();
        await using var bus = await backend.StartAsync(
            // No UseFairShares: nothing is handed on.
            static _ => { },
            x =>
            {
                x.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
                x.AddJobOptions();
                x.AddSingleton<IDeadlineIndex>(new FakeDeadlineIndex());
                x.AddSingleton<ITurns>(new FakeTurns());
                x.SetKebabCaseEndpointNameFormatter();
                x.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga, ChatJobSagaDefinition>().InMemoryRepository();
            });
        foreach (var queue in new[] { ChatJobQueues.ReceiveMessage, ChatJobQueues.InvokeLlm })
            await bus.Sqs.CreateQueueAsync(queue, Token);

        await bus.SendAsync(ChatJobQueues.ChatJob, Job);

        foreach (var queue in new[] { ChatJobQueues.ReceiveMessage, ChatJobQueues.InvokeLlm })
            (await bus.TakeAsync(queue)).Attributes["MessageGroupId"].ShouldBe(FairShares.Of(User), queue);
    }

    private static string? GroupOf(ConsumeContext context) => context.ReceiveContext.GetPayload<AmazonSqsMessageContext>().TransportMessage.Attributes.GetValueOrDefault("MessageGroupId");
}
