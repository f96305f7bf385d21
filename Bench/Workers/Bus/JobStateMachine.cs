using CloudIa.Bench.Jobs;
using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>Four events, each written to Redis; the first three command the next step.</summary>
public sealed class JobStateMachine : MassTransitStateMachine<JobSaga>
{
    public JobStateMachine(StepAddresses steps)
    {
        InstanceState(x => x.CurrentState);
        Event(() => FirstDone, x => x.CorrelateById(c => c.Message.JobId));
        Event(() => SecondDone, x => x.CorrelateById(c => c.Message.JobId));
        Event(() => ThirdDone, x => x.CorrelateById(c => c.Message.JobId));
        Event(() => FourthDone, x => x.CorrelateById(c => c.Message.JobId));

        Initially(When(FirstDone)
            .Then(x => x.Saga.Text = x.Message.Text)
            .Send(steps.Of(2), x => new RunStep2(x.Saga.CorrelationId, x.Message.Text))
            .TransitionTo(Second));
        During(Second, When(SecondDone)
            .Then(x => x.Saga.Text = x.Message.Text)
            .Send(steps.Of(3), x => new RunStep3(x.Saga.CorrelationId, x.Message.Text))
            .TransitionTo(Third));
        During(Third, When(ThirdDone)
            .Then(x => x.Saga.Text = x.Message.Text)
            .Send(steps.Of(4), x => new RunStep4(x.Saga.CorrelationId, x.Message.Text))
            .TransitionTo(Fourth));
        During(Fourth, When(FourthDone)
            .Then(x => x.Saga.Text = x.Message.Text)
            .TransitionTo(Done));
    }

    public State Second { get; } = null!;

    public State Third { get; } = null!;

    public State Fourth { get; } = null!;

    public State Done { get; } = null!;

    public Event<Step1Done> FirstDone { get; } = null!;

    public Event<Step2Done> SecondDone { get; } = null!;

    public Event<Step3Done> ThirdDone { get; } = null!;

    public Event<Step4Done> FourthDone { get; } = null!;
}
