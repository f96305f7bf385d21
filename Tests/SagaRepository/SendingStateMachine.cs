using MassTransit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>Sent to its queue by the first <see cref="Count"/> on.</summary>
public sealed record Tell(Guid Id, int Count);

/// <summary>Sent to another queue.</summary>
public sealed record Note(Guid Id, int Count);

public sealed record StartedCounting(Guid Id);

public sealed record StoppedCounting(Guid Id, int Count);

/// <summary>Starts and ends a saga at once.</summary>
public sealed record CountOnce(Guid Id);

public sealed record CountedOnce(Guid Id);

/// <summary>What comes later, by a schedule.</summary>
public sealed record Remind(Guid Id);

public sealed record CountLater(Guid Id);

/// <summary>Two senders that are not the state machine itself.</summary>
public sealed record CountElsewhere(Guid Id);

/// <summary>Counts, and says so.</summary>
public sealed class SendingSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }

    public int Version { get; set; }

    public string? CurrentState { get; set; }

    public int Count { get; set; }

    public string? Note { get; set; }

    public Guid? ReminderId { get; set; }
}

/// <summary>What a test does while an event is handled, before the saga is written.</summary>
public sealed class Meanwhile
{
    public Func<Task> ActAsync { get; set; } = () => Task.CompletedTask;

    public Uri TellAddress { get; init; } = new("queue:tell");

    /// <summary>Where it is a FIFO queue, the message has a group.</summary>
    public Uri NoteAddress { get; init; } = new("queue:note");
}

/// <summary>Sends in all the ways that a saga can.</summary>
public class SendingStateMachine : MassTransitStateMachine<SendingSaga>
{
    public const string Group = "a-group";
    public const string Deduplication = "a-deduplication";
    public static readonly Guid ChosenId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d99");

    public SendingStateMachine(Meanwhile meanwhile)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Started, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Counting, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Stopped, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Once, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Later, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Elsewhere, x => x.CorrelateById(c => c.Message.Id));
        Event(() => Asked, x =>
        {
            x.CorrelateById(c => c.Message.Id);
            x.ReadOnly = true;
            x.OnMissingInstance(m => m.ExecuteAsync(c => c.RespondAsync(new NobodyCounts(c.Message.Id))));
        });
        Schedule(() => Reminder, x => x.ReminderId, x =>
        {
            x.Delay = TimeSpan.FromMinutes(10);
            x.Received = e => e.CorrelateById(c => c.Message.Id);
        });

        Initially(
            When(Started).Then(x => x.Saga.Note = x.Message.Note).Publish(x => new StartedCounting(x.Saga.CorrelationId)).TransitionTo(Active),
            When(Once).Publish(x => new CountedOnce(x.Message.Id)).Finalize());
        During(Active,
            Ignore(Started),
            When(Counting)
                .Then(x => x.Saga.Count++)
                .ThenAsync(_ => meanwhile.ActAsync())
                .Send(meanwhile.TellAddress, x => new Tell(x.Saga.CorrelationId, x.Saga.Count))
                .Send(meanwhile.NoteAddress, x => new Note(x.Saga.CorrelationId, x.Saga.Count), (_, send) =>
                {
                    send.MessageId = ChosenId;
                    send.Headers.Set("Colour", "blue");
                    send.TimeToLive = TimeSpan.FromHours(1);
                    send.FaultAddress = new Uri("queue:fault");
                    send.TrySetGroupId(Group);
                    send.TrySetDeduplicationId(Deduplication);
                })
                .Publish(x => new Counted(x.Saga.CorrelationId, x.Saga.Count)),
            When(Asked).Respond(x => new SoMany(x.Saga.Count)),
            When(Later).Schedule(Reminder, x => new Remind(x.Saga.CorrelationId)),
            When(Reminder.Received).Then(x => x.Saga.Count += 100),
            When(Elsewhere).Then(x => x.Saga.Count++).Activity(x => x.OfType<CountElsewhereActivity>()),
            When(Stopped).Publish(x => new StoppedCounting(x.Saga.CorrelationId, x.Saga.Count)).Finalize());
        SetCompletedWhenFinalized();
    }

    public State Active { get; } = null!;

    public Event<StartCounting> Started { get; } = null!;

    public Event<Count> Counting { get; } = null!;

    public Event<StopCounting> Stopped { get; } = null!;

    public Event<CountOnce> Once { get; } = null!;

    public Event<CountLater> Later { get; } = null!;

    public Event<CountElsewhere> Elsewhere { get; } = null!;

    public Event<HowMany> Asked { get; } = null!;

    public Schedule<SendingSaga, Remind> Reminder { get; } = null!;
}

/// <summary>The same, created before its first event is handled.</summary>
public sealed class InsertingSendingStateMachine : SendingStateMachine
{
    public InsertingSendingStateMachine(Meanwhile meanwhile)
        : base(meanwhile) => Event(() => Started, x =>
        {
            x.CorrelateById(c => c.Message.Id);
            x.InsertOnInitial = true;
            x.SetSagaFactory(c => new SendingSaga { CorrelationId = c.Message.Id });
        });
}

/// <summary>Sends through what it was given by the container, and once without waiting.</summary>
public sealed class CountElsewhereActivity(IPublishEndpoint publish, ISendEndpointProvider send, Meanwhile meanwhile) : IStateMachineActivity<SendingSaga, CountElsewhere>
{
    public async Task Execute(BehaviorContext<SendingSaga, CountElsewhere> context, IBehavior<SendingSaga, CountElsewhere> next)
    {
        await publish.Publish(new Counted(context.Saga.CorrelationId, context.Saga.Count));
        var tell = await send.GetSendEndpoint(meanwhile.TellAddress);
        await tell.Send(new Tell(context.Saga.CorrelationId, context.Saga.Count));
        _ = context.Publish(new StartedCounting(context.Saga.CorrelationId));
        await next.Execute(context);
    }

    public Task Faulted<TException>(BehaviorExceptionContext<SendingSaga, CountElsewhere, TException> context, IBehavior<SendingSaga, CountElsewhere> next)
        where TException : Exception => next.Faulted(context);

    public void Probe(ProbeContext context) => context.CreateScope("elsewhere");

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);
}
