using System.Collections.Concurrent;
using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Webhooks;
using CloudIa.Tests.Processor;
using CloudIa.Tests.Sagas;
using CloudIa.Tests.Versions;
using CsCheck;
using MassTransit;
using MassTransit.Serialization;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Fuzz;

/// <summary>Messages that are none, in the queues of those who are sent commands: each is settled, and the next good one is handled as ever.</summary>
public sealed class EnvelopeFuzzTests
{
    private const int Samples = 150;

    private static readonly string[] Contracts =
    [
        "SubmitChatJob", "CancelChatJob", "RetryChatJob", "CheckOverdueJob", "FailJobStep", "ReceiveMessage", "InvokeLlm", "PersistMessage", "MessagePersisted", "LlmCompleted",
        "NotifyClient", "DeliverWebhook",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChatJobQueues.ReceiveMessage)]
    [InlineData(ChatJobQueues.InvokeLlm)]
    [InlineData(ChatJobQueues.PersistMessage)]
    public async Task A_consumers_endpoint_settles_anything_and_goes_on(string queue)
    {
        await using var processor = await ProcessorDriver.StartAsync();
        await Fuzz.EachAsync(Envelopes(), Samples, body => SendAsync(processor.MassTransit, queue, body));
        await processor.Bus.ReachesAsync(() => processor.Bus.Received + processor.Bus.Broken >= Samples, "all of them are settled");

        var job = processor.Accept();
        await processor.ReceiveAsync(job);
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Bus.Published<LlmCompleted>().Any(x => x.JobId == job.JobId), "the model has answered");
        await processor.PersistAsync(job, JobOutcome.Completed);

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<MessagePersisted>().Any(x => x.JobId == job.JobId), "the job is stored");
        processor.Jobs[job.JobId].Outcome.ShouldNotBeNull().Outcome.ShouldBe(JobOutcome.Completed);
    }

    [Theory]
    [InlineData(ChatJobQueues.NotifyClient)]
    [InlineData(ChatJobQueues.DeliverWebhook)]
    public async Task Notifiers_endpoints_settle_anything_and_go_on(string queue)
    {
        await using var notifier = await DeliverWebhookRig.StartAsync();
        var settled = new Settled();
        notifier.Harness.Bus.ConnectReceiveObserver(settled);
        await Fuzz.EachAsync(Envelopes(), Samples, body => SendAsync(notifier.Harness.Bus, queue, body));
        await Eventually.Is(() => settled.Count >= Samples, "all of them are settled");

        var webhook = notifier.Add();
        notifier.KeepAnswer("still here");
        await notifier.Webhooks.ChangeAsync("ana", Token);
        (await notifier.HandleAsync(notifier.Ended())).ShouldBeTrue();

        await Eventually.Is(() => notifier.Webhooks.Deliveries.Any(x => x.WebhookId == webhook.WebhookId && x.State == "delivered"), "its webhook is told");
    }

    [Fact]
    public async Task The_sagas_endpoint_settles_anything_and_goes_on()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddJobOptions()
            .AddSingleton<IDeadlineIndex>(new FakeDeadlineIndex())
            .AddSingleton<ITurns>(new FakeTurns())
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.SetKebabCaseEndpointNameFormatter();
                bus.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga, ChatJobSagaDefinition>().InMemoryRepository();
            })
            .BuildServiceProvider(validateScopes: true);
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        var settled = new Settled();
        harness.Bus.ConnectReceiveObserver(settled);
        await Fuzz.EachAsync(Envelopes(), Samples, body => SendAsync(harness.Bus, ChatJobQueues.ChatJob, body));
        await Eventually.Is(() => settled.Count >= Samples, "all of them are settled");

        var jobId = NewId.NextGuid();
        var endpoint = await harness.Bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(new SubmitChatJob { JobId = jobId, UserId = "ada", ChatId = jobId, AcceptedAt = DateTimeOffset.UnixEpoch }, Token);

        var sagas = services.GetRequiredService<MassTransit.Saga.IndexedSagaDictionary<ChatJobSaga>>();
        await Eventually.Is(() => sagas[jobId]?.Instance.CurrentState == nameof(ChatJobStateMachine.Invoking), "the job has begun");
    }

    private static Gen<byte[]> Envelopes() => Fuzz.Broken([.. Contracts.Select(x => Golden.Text("today", x))]);

    private static async Task SendAsync(IBus bus, string queue, byte[] body)
    {
        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(queue));
        await endpoint.Send(new SerializedMessageBody(), Pipe.Execute<SendContext>(context =>
        {
            context.Serializer = new CopyBodySerializer(SystemTextJsonMessageSerializer.JsonContentType, new BytesMessageBody(body));
            context.ContentType = context.Serializer.ContentType;
        }), Token);
    }

    private sealed class Settled : IReceiveObserver
    {
        private readonly ConcurrentBag<Guid> _messages = [];

        public int Count => _messages.Count;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Add();

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Add();

        private Task Add()
        {
            _messages.Add(NewId.NextGuid());
            return Task.CompletedTask;
        }
    }
}
