using MassTransit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>Counts. It has what sagas have: a state, times, money, a list, nothing.</summary>
public sealed class CounterSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }

    public int Version { get; set; }

    public string? CurrentState { get; set; }

    public int Count { get; set; }

    public string? Note { get; set; }

    public decimal Cost { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public TimeSpan? Took { get; set; }

    public List<string> Steps { get; init; } = [];
}

/// <summary>Another type, whose keys must not be those of the counter.</summary>
public sealed class OtherSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }

    public int Version { get; set; }

    public string? CurrentState { get; set; }
}

/// <summary>Cannot be told apart from what it was: it has no version.</summary>
public sealed class UnversionedSaga : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string? CurrentState { get; set; }
}

public sealed record StartCounting(Guid Id, string Note);

public sealed record Count(Guid Id);

public sealed record StopCounting(Guid Id);

public sealed record HowMany(Guid Id);

public sealed record SoMany(int Count);

public sealed record NobodyCounts(Guid Id);

/// <summary>Correlated by an expression, which Redis cannot answer.</summary>
public sealed record CountByNote(string Note);

/// <summary>What the saga publishes for each <see cref="Count"/>.</summary>
public sealed record Counted(Guid Id, int Count);

/// <summary>Starts, counts, answers, and is gone when it stops.</summary>
public class CounterStateMachine : MassTransitStateMachine<CounterSaga>
{
    public CounterStateMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => Started, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Counting, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Stopped, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Asked, x =>
        {
            x.CorrelateById(c => c.Message.Id);
            x.ReadOnly = true;
            x.OnMissingInstance(m => m.ExecuteAsync(c => c.RespondAsync(new NobodyCounts(c.Message.Id))));
        });

        Initially(When(Started).Then(x => x.Saga.Note = x.Message.Note).TransitionTo(Active));
        During(Active,
            Ignore(Started),
            When(Counting).Then(x => x.Saga.Count++).Publish(x => new Counted(x.Saga.CorrelationId, x.Saga.Count)),
            When(Stopped).Finalize(),
            When(Asked).Respond(x => new SoMany(x.Saga.Count)));
        SetCompletedWhenFinalized();
    }

    public State Active { get; } = null!;

    public Event<StartCounting> Started { get; } = null!;

    public Event<Count> Counting { get; } = null!;

    public Event<StopCounting> Stopped { get; } = null!;

    public Event<HowMany> Asked { get; } = null!;
}

/// <summary>The same, created before its first event is handled.</summary>
public sealed class InsertingCounterStateMachine : CounterStateMachine
{
    public InsertingCounterStateMachine() => Event(() => Started, x =>
    {
        x.CorrelateById(c => c.Message.Id);
        x.InsertOnInitial = true;
        x.SetSagaFactory(c => new CounterSaga { CorrelationId = c.Message.Id });
    });
}

/// <summary>Asks for a saga by something else than its id.</summary>
public sealed class QueryingStateMachine : MassTransitStateMachine<CounterSaga>
{
    public QueryingStateMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => ByNote, x => x.CorrelateBy((saga, c) => saga.Note == c.Message.Note));
        DuringAny(When(ByNote).Then(x => x.Saga.Count++));
    }

    public Event<CountByNote> ByNote { get; } = null!;
}

public sealed class OtherStateMachine : MassTransitStateMachine<OtherSaga>
{
    public OtherStateMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => Started, x => x.CorrelateById(c => c.Message.Id));
        Initially(When(Started).TransitionTo(Active));
    }

    public State Active { get; } = null!;

    public Event<StartCounting> Started { get; } = null!;
}

public sealed class UnversionedStateMachine : MassTransitStateMachine<UnversionedSaga>
{
    public UnversionedStateMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => Started, x => x.CorrelateById(c => c.Message.Id));
        Initially(When(Started).TransitionTo(Active));
    }

    public State Active { get; } = null!;

    public Event<StartCounting> Started { get; } = null!;
}

/// <summary>Something that writes to the saga's key while an event is handled.</summary>
public sealed record Intruder(Func<Task> IntrudeAsync);

public sealed class IntrudedCounterStateMachine : CounterStateMachine
{
    public IntrudedCounterStateMachine(Intruder intruder) => During(Active, When(Counting).ThenAsync(_ => intruder.IntrudeAsync()));
}
