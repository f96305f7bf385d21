using CloudIa.Bench.Jobs;
using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>A job has ended when its last event is handled and the saga written.</summary>
internal sealed class JobEnd(JobTracker jobs) : IConsumeMessageObserver<Step4Done>
{
    public Task PreConsume(ConsumeContext<Step4Done> context) => Task.CompletedTask;

    public Task PostConsume(ConsumeContext<Step4Done> context)
    {
        jobs.End(context.Message.JobId);
        return Task.CompletedTask;
    }

    public Task ConsumeFault(ConsumeContext<Step4Done> context, Exception exception) => Task.CompletedTask;
}
