using System.Text.Json;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace CloudIa.Tests.SagaRepository;

/// <summary>
/// Sagas with an outbox. Each host that a test starts is what a process is: it knows nothing of the others but what is in Redis.
/// </summary>
public abstract class OutboxTest(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private readonly List<ServiceProvider> _hosts = [];

    protected Guid Id { get; } = NewId.NextGuid();

    protected string Key => $"{Prefix}{Id}";

    /// <summary>What all hosts of the test have sent.</summary>
    protected Mailbox Mailbox { get; } = new();

    protected Meanwhile Meanwhile { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public override async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <param name="redis">More settings; the outbox is on.</param>
    /// <param name="bus">More of the bus.</param>
    /// <param name="endpoint">More of each endpoint, outside of the saga.</param>
    protected Task<IServiceProvider> HostAsync(Action<IRedisSagaRepositoryConfigurator>? redis = null, Action<IBusRegistrationConfigurator>? bus = null,
        Action<IReceiveEndpointConfigurator, IRegistrationContext>? endpoint = null) => HostAsync<SendingStateMachine>(redis, bus, endpoint);

    /// <inheritdoc cref="HostAsync"/>
    protected async Task<IServiceProvider> HostAsync<TMachine>(Action<IRedisSagaRepositoryConfigurator>? redis = null,
        Action<IBusRegistrationConfigurator>? bus = null, Action<IReceiveEndpointConfigurator, IRegistrationContext>? endpoint = null,
        bool outbox = true)
        where TMachine : SendingStateMachine
    {
        var services = new ServiceCollection()
            .AddSingleton(Mailbox)
            .AddSingleton(Meanwhile)
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<Recorder>()
            .AddPublishObserver(x => x.GetRequiredService<Recorder>())
            .AddConsumeObserver(x => x.GetRequiredService<Recorder>())
            .AddMassTransitTestHarness(TextWriter.Null, x =>
            {
                x.AddDelayedMessageScheduler();
                x.AddSagaStateMachine<TMachine, SendingSaga>().RedisRepository(r =>
                {
                    r.ConnectionFactory(() => Redis);
                    r.KeyPrefix = Prefix;
                    if (outbox)
                    {
                        r.UseOutbox();
                    }

                    redis?.Invoke(r);
                });
                x.AddConfigureEndpointsCallback((context, _, e) =>
                {
                    e.ConcurrentMessageLimit = 32;
                    endpoint?.Invoke(e, context);
                });
                bus?.Invoke(x);
                x.UsingInMemory((context, cfg) =>
                {
                    cfg.UseDelayedMessageScheduler();
                    foreach (var queue in new[] { "tell", "note", "mailbox" })
                    {
                        cfg.ReceiveEndpoint(queue, e =>
                        {
                            e.ConfigureConsumeTopology = queue == "mailbox";
                            e.Instance(Mailbox);
                        });
                    }

                    cfg.ConfigureEndpoints(context);
                });
            })
            .BuildServiceProvider(true);
        _hosts.Add(services);
        await services.GetRequiredService<ITestHarness>().Start();
        return services;
    }

    /// <summary>A host that dies at a point: its event faults there, and nothing else happens in it.</summary>
    protected Task<IServiceProvider> CrashingHostAsync(Crash crash, Action<IRedisSagaRepositoryConfigurator>? redis = null)
    {
        Meanwhile.ActAsync = crash.WhileHandling;
        return HostAsync(redis, bus => bus.AddSendObserver(_ => crash), (endpoint, _) => endpoint.UseFilter(new CrashFilter(crash)));
    }

    /// <summary>Sends an event to the saga, and returns when it has been handled, well or not.</summary>
    protected static async Task HandleAsync<T>(IServiceProvider host, T message, Guid? messageId = null)
        where T : class
    {
        var done = new Done(messageId ?? NewId.NextGuid());
        var bus = host.GetRequiredService<ITestHarness>().Bus;
        var handle = bus.ConnectReceiveObserver(done);
        var endpoint = await bus.GetSendEndpoint(new Uri($"queue:{new DefaultEndpointNameFormatter(includeNamespace: false).Saga<SendingSaga>()}"));
        await endpoint.Send(message, x => x.MessageId = done.MessageId, Token);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        handle.Disconnect();
    }

    protected static Recorder Seen(IServiceProvider host) => host.GetRequiredService<Recorder>();

    protected async Task<SendingSaga?> SagaAsync(IServiceProvider host) =>
        await host.GetRequiredService<ILoadSagaRepository<SendingSaga>>().Load(Id);

    /// <summary>Creates the saga; its first message has arrived.</summary>
    protected async Task StartedAsync(IServiceProvider host)
    {
        await HandleAsync(host, new StartCounting(Id, ""));
        await Eventually.Is(() => Mailbox.Of<StartedCounting>().Count == 1, "the saga started");
    }

    protected async Task ArrivedAsync(int letters) =>
        await Eventually.Is(() => Mailbox.Letters.Count >= letters, $"{letters} letters arrived");

    /// <summary>The events in the saga's outbox, and how many messages of each are there.</summary>
    protected async Task<IReadOnlyList<(string Id, int Messages)>> OutboxAsync()
    {
        using var value = JsonDocument.Parse((string?)await Database.StringGetAsync(Key) ?? "{}");
        return value.RootElement.TryGetProperty("$outbox", out var outbox)
            ? [.. outbox.GetProperty("events").EnumerateArray().Select(x =>
                (x.GetProperty("id").GetString()!, x.TryGetProperty("messages", out var messages) ? messages.GetArrayLength() : 0))]
            : [];
    }

    /// <summary>An application of an event has its effect once: one <see cref="Count"/> counted, and each of its messages has one id.</summary>
    protected void ShouldHaveOneOfEachMessage()
    {
        Mailbox.Different.OfType<Tell>().ShouldBe([new Tell(Id, 1)]);
        Mailbox.Different.OfType<Note>().ShouldBe([new Note(Id, 1)]);
        Mailbox.Different.OfType<Counted>().ShouldBe([new Counted(Id, 1)]);
    }

    private sealed class Done(Guid messageId) : IReceiveObserver
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Guid MessageId => messageId;

        public Task Task => _done.Task;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Set(context);

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Set(context.ReceiveContext);

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Set(context);

        private Task Set(ReceiveContext context)
        {
            if (context.GetMessageId() == messageId)
            {
                _done.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
