using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Microsoft.Extensions.Options;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>
/// The state machine as it is in production, without a bus: a saga's value and an event go in, the next value and what is sent come out. The value
/// is MassTransit's JSON, as in Redis, so that what is not kept there is not kept here.
/// </summary>
internal sealed class RealSaga : ITurns, IDeadlineIndex
{
    /// <summary>The times are so short that a job expires within few steps; their order is that of the defaults.</summary>
    public static readonly JobOptions Times = new()
    {
        TurnCheck = TimeSpan.FromMinutes(6),
        InvokingDeadline = TimeSpan.FromMinutes(6),
        StepDeadline = TimeSpan.FromMinutes(6),
        Lifetime = TimeSpan.FromMinutes(10),
    };

    private readonly Clock _clock = new();
    private readonly ChatJobStateMachine _machine;
    private readonly Dictionary<Type, Func<ChatJobSaga, object, Task>> _raise;
    private readonly HashSet<string> _starting;
    private readonly List<object> _sent = [];
    private readonly ReceiveContext _receive;
    private bool _free;
    private Guid? _waiting;
    private bool _asked;

    public RealSaga()
    {
        _machine = new ChatJobStateMachine(_clock, this, this, Options.Create(Times));
        _starting = [.. _machine.NextEvents(_machine.Initial).Select(x => x.Name)];
        var endpoint = Stub.Of<ISendEndpoint>(new() { ["Send"] = Keep });
        _receive = Stub.Of<ReceiveContext>(new()
        {
            ["get_PublishEndpointProvider"] = _ => null,
            ["get_SendEndpointProvider"] = _ => Stub.Of<ISendEndpointProvider>(new() { ["GetSendEndpoint"] = _ => Task.FromResult(endpoint) }),
        });
        _raise = new()
        {
            [typeof(SubmitChatJob)] = Raise(_machine.SubmitChatJob),
            [typeof(CancelChatJob)] = Raise(_machine.CancelChatJob),
            [typeof(RetryChatJob)] = Raise(_machine.RetryChatJob),
            [typeof(StartNextTurn)] = Raise(_machine.StartNextTurn),
            [typeof(CheckOverdueJob)] = Raise(_machine.CheckOverdueJob),
            [typeof(FailJobStep)] = Raise(_machine.FailJobStep),
            [typeof(MessageReceived)] = Raise(_machine.MessageReceived),
            [typeof(LlmCompleted)] = Raise(_machine.LlmCompleted),
            [typeof(MessagePersisted)] = Raise(_machine.MessagePersisted),
            [typeof(ClientNotified)] = Raise(_machine.ClientNotified),
            [typeof(JobFoundEnded)] = Raise(_machine.JobFoundEnded),
            [typeof(FaultOf<ReceiveMessage>)] = Raise(_machine.ReceiveMessageFaulted),
            [typeof(FaultOf<InvokeLlm>)] = Raise(_machine.InvokeLlmFaulted),
            [typeof(FaultOf<PersistMessage>)] = Raise(_machine.PersistMessageFaulted),
            [typeof(FaultOf<NotifyClient>)] = Raise(_machine.NotifyClientFaulted),
        };
    }

    /// <summary>How often the machine was really driven; what it was asked before is not asked again.</summary>
    public int Steps { get; private set; }

    /// <param name="value">Null: there is no saga.</param>
    /// <param name="event">A message of the contracts, or a <see cref="Failed"/> command.</param>
    /// <param name="jobId">Whose it is.</param>
    /// <param name="now">When it is handled.</param>
    /// <param name="free">Whether the job before has ended.</param>
    /// <param name="waiting">The job that waits for this one, if any.</param>
    /// <param name="mutation">Null, or what is wrong with the machine.</param>
    public SagaStep Handle(string? value, object @event, Guid jobId, DateTimeOffset now, bool free, Guid? waiting, Mutation? mutation)
    {
        Steps++;
        if (value is null && !_starting.Contains(@event.GetType().Name))
            return new(null, [], Asked: false);

        var saga = value is null ? new ChatJobSaga { CorrelationId = jobId } : Read(value);
        @event = mutation?.Before?.Invoke(saga, @event) ?? @event;
        (_free, _waiting, _asked, _clock.Now) = (free, waiting, false, now);
        _sent.Clear();
        var message = @event is Failed failed ? failed.AsFault() : @event;
        var raised = _raise[message.GetType()](saga, message);
        if (!raised.IsCompleted)
            throw new NotSupportedException("The saga waits for something that the model has not.");

        raised.GetAwaiter().GetResult();
        mutation?.After?.Invoke(saga, @event, _sent);
        // How it came to a state is not part of the state.
        saga.Steps = null;
        return new(JsonSerializer.Serialize(saga, SystemTextJsonMessageSerializer.Options), [.. _sent], _asked);
    }

    public static ChatJobSaga Read(string value) => JsonSerializer.Deserialize<ChatJobSaga>(value, SystemTextJsonMessageSerializer.Options)!;

    Task<bool> ITurns.IsFreeAsync(ChatJobSaga saga, CancellationToken cancellationToken)
    {
        _asked |= saga.AfterJobId is not null;
        return Task.FromResult(saga.AfterJobId is null || _free);
    }

    Task<IReadOnlyList<Guid>> ITurns.WaitingForAsync(Guid jobId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Guid>>(_waiting is { } id ? [id] : []);

    Task IDeadlineIndex.SetAsync(Guid jobId, DateTimeOffset deadline, CancellationToken cancellationToken) => Task.CompletedTask;

    Task IDeadlineIndex.RemoveAsync(Guid jobId, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<IReadOnlyList<Guid>> IDeadlineIndex.DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    private Func<ChatJobSaga, object, Task> Raise<T>(Event<T> @event)
        where T : class => (saga, message) =>
        {
            var consumed = Stub.Of<ConsumeContext<T>>(new()
            {
                ["get_Message"] = _ => message,
                ["get_ReceiveContext"] = _ => _receive,
                ["get_SerializerContext"] = _ => null,
                ["get_CancellationToken"] = _ => CancellationToken.None,
                ["AddConsumeTask"] = _ => null,
                ["HasPayloadType"] = _ => false,
                ["TryGetPayload"] = _ => false,
            });
            var context = new DefaultSagaConsumeContext<ChatJobSaga, T>(consumed, saga);
            return ((StateMachine<ChatJobSaga>)_machine).RaiseEvent(
                new MassTransitStateMachine<ChatJobSaga>.BehaviorContextProxy<T>(_machine, context, context, @event));
        };

    private Task Keep(object?[] arguments)
    {
        _sent.Add(arguments[0]!);
        return Task.CompletedTask;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <param name="Value">The saga's, afterwards; null: there is still none.</param>
/// <param name="Sent">In order.</param>
/// <param name="Asked">Whether it was asked whose turn it is: the job is then among those that are told.</param>
internal sealed record SagaStep(string? Value, IReadOnlyList<object> Sent, bool Asked);

/// <summary>A command that its consumer gave up.</summary>
internal sealed record Failed(object Command, string ExceptionType)
{
    public object AsFault() => Command switch
    {
        ReceiveMessage x => new FaultOf<ReceiveMessage>(x, ExceptionType),
        InvokeLlm x => new FaultOf<InvokeLlm>(x, ExceptionType),
        PersistMessage x => new FaultOf<PersistMessage>(x, ExceptionType),
        NotifyClient x => new FaultOf<NotifyClient>(x, ExceptionType),
        _ => throw new NotSupportedException(),
    };
}

/// <summary>Something that is wrong with the machine, to see whether the search finds it.</summary>
/// <param name="Before">The event that it takes for the one that came.</param>
/// <param name="After">What it does besides.</param>
internal sealed record Mutation(Func<ChatJobSaga, object, object>? Before = null, Action<ChatJobSaga, object, List<object>>? After = null);
