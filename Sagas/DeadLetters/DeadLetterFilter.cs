using MassTransit;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>Takes every message of a queue of dead letters as it is: nothing of it needs to be readable.</summary>
/// <param name="services">The collector sends, so it cannot be had before there is a bus; this is a part of the bus.</param>
internal sealed class DeadLetterFilter(IServiceProvider services, string queue, string kind) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => services.GetRequiredService<DeadLetterCollector>().CollectAsync(
        DeadLetter.Read(context, queue, kind, services.GetRequiredService<TimeProvider>().GetUtcNow()), context.CancellationToken);

    public void Probe(ProbeContext context) => context.CreateFilterScope("deadLetters").Add("kind", kind);
}
