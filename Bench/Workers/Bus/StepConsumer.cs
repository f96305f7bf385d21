using CloudIa.Bench.Jobs;
using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>Does nothing and says that it is done; on the queue of each step.</summary>
public sealed class StepConsumer(Gate gate) :
    IConsumer<RunStep1>,
    IConsumer<RunStep2>,
    IConsumer<RunStep3>,
    IConsumer<RunStep4>
{
    public async Task Consume(ConsumeContext<RunStep1> context)
    {
        await gate.Opens;
        await context.Publish(new Step1Done(context.Message.JobId, context.Message.Text));
    }

    public async Task Consume(ConsumeContext<RunStep2> context)
    {
        await gate.Opens;
        await context.Publish(new Step2Done(context.Message.JobId, context.Message.Text));
    }

    public async Task Consume(ConsumeContext<RunStep3> context)
    {
        await gate.Opens;
        await context.Publish(new Step3Done(context.Message.JobId, context.Message.Text));
    }

    public async Task Consume(ConsumeContext<RunStep4> context)
    {
        await gate.Opens;
        await context.Publish(new Step4Done(context.Message.JobId, context.Message.Text));
    }
}
