using System.Collections.Concurrent;
using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using MassTransit.Saga;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.Sagas;

/// <summary>The saga on MassTransit's test harness, with its own definition, and one event after the other.</summary>
internal sealed class ChatJobDriver : IAsyncDisposable
{
    private static readonly Type[] Flow = [typeof(ReceiveMessage), typeof(InvokeLlm), typeof(PersistMessage), typeof(NotifyClient), typeof(StartNextTurn)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ServiceProvider _provider;
    private readonly ITestHarness _harness;
    private readonly Received _received = new();
    private readonly Sent _sent = new();

    private ChatJobDriver(ServiceProvider provider)
    {
        _provider = provider;
        _harness = provider.GetRequiredService<ITestHarness>();
    }

    public Guid JobId { get; } = NewId.NextGuid();

    public FakeTimeProvider Time => (FakeTimeProvider)_provider.GetRequiredService<TimeProvider>();

    public FakeDeadlineIndex Deadlines => (FakeDeadlineIndex)_provider.GetRequiredService<IDeadlineIndex>();

    public FakeTurns Turns => (FakeTurns)_provider.GetRequiredService<ITurns>();

    public ChatJobSaga? Saga => Sagas[JobId]?.Instance;

    public int SagaCount => Sagas.Count;

    /// <summary>What the saga has sent: the commands of one event in the order of the flow.</summary>
    public IReadOnlyList<object> Commands => [.. _sent.Messages.OrderBy(command => Array.IndexOf(Flow, command.GetType()))];

    public string CommandNames => string.Join(' ', Commands.Select(command => command.GetType().Name));

    private IndexedSagaDictionary<ChatJobSaga> Sagas => _provider.GetRequiredService<IndexedSagaDictionary<ChatJobSaga>>();

    public static async Task<ChatJobDriver> StartAsync()
    {
        var provider = new ServiceCollection()
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
        var driver = new ChatJobDriver(provider);
        await driver._harness.Start();
        driver._harness.Bus.ConnectReceiveObserver(driver._received);
        driver._harness.Bus.ConnectSendObserver(driver._sent);
        return driver;
    }

    /// <summary>Puts a saga into a state that no event has to lead to.</summary>
    public void Given(string state, Action<ChatJobSaga>? change = null)
    {
        var saga = new ChatJobSaga
        {
            CorrelationId = JobId,
            CurrentState = state,
            UserId = "ada",
            ChatId = NewId.NextGuid(),
            SessionId = "session",
            Attempt = 1,
        };
        change?.Invoke(saga);
        Sagas.Add(new SagaInstance<ChatJobSaga>(saga));
    }

    public Task SubmitAsync() => HandleAsync(Submit());

    /// <param name="after">The job to wait for.</param>
    public SubmitChatJob Submit(Guid? after = null) => new()
    {
        AfterJobId = after,
        JobId = JobId,
        UserId = "ada",
        ChatId = NewId.NextGuid(),
        SessionId = "session",
        Model = "asked-for",
        AcceptedAt = Time.GetUtcNow(),
    };

    /// <summary>Sends an event to the saga's queue and returns when it is acknowledged, all that it led to included.</summary>
    /// <exception cref="InvalidOperationException">It faulted.</exception>
    public async Task HandleAsync<T>(T message)
        where T : class
    {
        var id = NewId.NextGuid();
        _sent.Except(id);
        var done = _received.Expect(id);
        var endpoint = await _harness.Bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(message, context => context.MessageId = id);
        if (await done.WaitAsync(Patience) is { } exception)
            throw new InvalidOperationException($"{typeof(T).Name} faulted in state {Saga?.CurrentState ?? "none"}.", exception);
    }

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();

    private sealed class Sent : ISendObserver
    {
        private readonly ConcurrentBag<Guid> _own = [];

        private readonly ConcurrentQueue<object> _messages = new();

        public IEnumerable<object> Messages => _messages;

        /// <summary>Not the saga's: what the test sends it.</summary>
        public void Except(Guid messageId) => _own.Add(messageId);

        public Task PreSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (Flow.Contains(typeof(T)) && !_own.Contains(context.MessageId!.Value))
                _messages.Enqueue(context.Message);
            return Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }

    private sealed class Received : IReceiveObserver
    {
        private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Exception?>> _expected = new();

        public Task<Exception?> Expect(Guid messageId) =>
            _expected.GetOrAdd(messageId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Set(context.GetMessageId(), exception: null);

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Set(context.MessageId, exception);

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Set(context.GetMessageId(), exception);

        private Task Set(Guid? id, Exception? exception)
        {
            if (id is { } messageId && _expected.TryGetValue(messageId, out var source))
                source.TrySetResult(exception);
            return Task.CompletedTask;
        }
    }
}
