using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>Takes every message of a queue of dead letters as it is: nothing of it needs to be readable.</summary>
internal sealed class DeadLetterFilter(DeadLetterCollector collector, string queue, string kind, TimeProvider time) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
        collector.CollectAsync(DeadLetter.Read(context, queue, kind, time.GetUtcNow()), context.CancellationToken);

    public void Probe(ProbeContext context) => context.CreateFilterScope("deadLetters").Add("kind", kind);
}
