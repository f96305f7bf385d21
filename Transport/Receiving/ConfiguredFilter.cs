using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>What <c>ConfigureClient</c> and <c>ConfigureConnection</c> put before an endpoint's own filters.</summary>
/// <typeparam name="T">What the user's filters see of the context.</typeparam>
internal sealed class ConfiguredFilter<T>(Action<IPipeConfigurator<T>> configure) : IFilter<SqsClientContext>
    where T : class, PipeContext
{
    // Made at each start of the endpoint, which is seldom, because its end is that start's own.
    public Task Send(SqsClientContext context, IPipe<SqsClientContext> next) =>
        Pipe.New<T>(x =>
        {
            configure(x);
            x.UseExecuteAsync(_ => next.Send(context));
        }).Send((T)(object)context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("configured");
}
