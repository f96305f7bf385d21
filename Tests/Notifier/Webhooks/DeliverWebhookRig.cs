using System.Collections.Concurrent;
using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using CloudIa.Tests.Webhooks;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Xunit;

namespace CloudIa.Tests.Notifier.Webhooks;

/// <summary>Notifier's consumers on MassTransit's harness, stores in memory, a clock that stands, and a receiver.</summary>
internal sealed class DeliverWebhookRig : IAsyncDisposable
{
    /// <summary>The harness holds delayed messages back in real time: long enough that none comes by itself while a test runs.</summary>
    private static readonly (string Setting, string Value)[] Settings = [("RetryJitter", "0"), ("RetrySchedule:0", "00:05:00"), ("RetrySchedule:1", "00:40:00")];

    private readonly Watch _watch = new();
    private ServiceProvider _services = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeWebhooks Webhooks { get; } = new();

    public FakeEventLog Log { get; } = new();

    public FakeJobStore Jobs { get; } = new();

    public FakeConnectionRegistry Registry { get; } = new();

    public IChatStore Chats { get; } = Substitute.For<IChatStore>();

    public Receiver Receiver { get; private set; } = null!;

    public ChatJob Job { get; private set; } = null!;

    public ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DeliverWebhookRig> StartAsync(params (string Setting, string Value)[] settings)
    {
        var rig = new DeliverWebhookRig { Receiver = await Receiver.StartAsync() };
        rig.Job = new ChatJob(rig.Log, "ana");
        rig.Jobs.Put(rig.Job.Record);
        rig.Chats.GetMessageAsync(default, default, default).ReturnsForAnyArgs((MessageRecord?)null);
        rig._services = new ServiceCollection()
            .AddNotifierConsumers(rig.Log, rig.Jobs, rig.Chats, rig.Registry, rig.Webhooks, new NotifierOptions { Redeliveries = 0 }, rig.Time, Environments.Development,
                Settings.Concat(settings).Select(x => KeyValuePair.Create($"Webhooks:{x.Setting}", (string?)x.Value)))
            .BuildServiceProvider(validateScopes: true);
        await rig.Harness.Start();
        rig.Harness.Bus.ConnectReceiveObserver(rig._watch);
        rig.Harness.Bus.ConnectSendObserver(rig._watch);
        rig.Harness.Bus.ConnectPublishObserver(rig._watch);
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A webhook of the job's user.</summary>
    public WebhookRecord Add(Func<WebhookRecord, WebhookRecord>? change = null)
    {
        var webhook = WebhookRig.Webhook(Receiver.Url);
        webhook = change is null ? webhook : change(webhook);
        Webhooks.Put(webhook);
        return webhook;
    }

    public void KeepAnswer(string text) => Log.Keep(Job.JobId, new KeptAnswer
    {
        Attempt = 1,
        Text = text,
        Model = "echo",
        Usage = new TokenUsage { InputTokens = 5, OutputTokens = 10 },
        FinishReason = "stop",
        CompletedAt = default,
    });

    public NotifyClient Ended(JobOutcome outcome = JobOutcome.Completed, int attempt = 1, string? failureCode = null) => new()
    {
        JobId = Job.JobId,
        Attempt = attempt,
        UserId = "ana",
        ChatId = Job.ChatId,
        Outcome = outcome,
        FailureCode = failureCode,
    };

    public DeliverWebhook Command(WebhookRecord webhook, int number = 1) => new()
    {
        JobId = Job.JobId,
        Attempt = 1,
        UserId = "ana",
        ChatId = Job.ChatId,
        WebhookId = webhook.WebhookId,
        Outcome = JobOutcome.Completed,
        Timestamp = Time.GetUtcNow(),
        Try = number,
    };

    /// <summary>Sends a command, and waits until it was handled, with all quick retries.</summary>
    /// <returns>Whether it was handled without an exception.</returns>
    public async Task<bool> HandleAsync<T>(T command)
        where T : class
    {
        var messageId = NewId.NextGuid();
        var queue = command is NotifyClient ? ChatJobQueues.NotifyClient : ChatJobQueues.DeliverWebhook;
        var endpoint = await Harness.Bus.GetSendEndpoint(ChatJobQueues.Address(queue));
        await endpoint.Send(command, Pipe.Execute<SendContext<T>>(x => x.MessageId = messageId), Token);
        await Eventually.Is(() => _watch.Handled.ContainsKey(messageId), "it is handled");
        return _watch.Handled[messageId];
    }

    /// <summary>The commands that the consumers themselves have sent, in order, with how long SQS is to hold them back.</summary>
    public IReadOnlyList<(DeliverWebhook Command, Guid? MessageId, TimeSpan? Delay)> Sent() => [.. _watch.Sent];

    /// <summary>Of these, how many were on their way when <see cref="ClientNotified"/> was published.</summary>
    public int SentBeforeTheSagaWasTold => _watch.SentBeforeTheSagaWasTold;

    private sealed class Watch : IReceiveObserver, ISendObserver, IPublishObserver
    {
        public int SentBeforeTheSagaWasTold { get; private set; }

        public ConcurrentDictionary<Guid, bool> Handled { get; } = new();

        public ConcurrentQueue<(DeliverWebhook Command, Guid? MessageId, TimeSpan? Delay)> Sent { get; } = new();

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (context.Message is DeliverWebhook x && context.MessageId == DerivedId.OfWebhookTry(x.JobId, x.Attempt, x.WebhookId, x.Try, x.Hop))
                Sent.Enqueue((x, context.MessageId, context.Delay));
            return Task.CompletedTask;
        }

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => End(context.MessageId, true);

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => End(context.MessageId, false);

        public Task PrePublish<T>(PublishContext<T> context)
            where T : class
        {
            if (context.Message is ClientNotified)
                SentBeforeTheSagaWasTold = Sent.Count;
            return Task.CompletedTask;
        }

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

        public Task PreSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;

        private Task End(Guid? messageId, bool well)
        {
            Handled[messageId!.Value] = well;
            return Task.CompletedTask;
        }
    }
}
