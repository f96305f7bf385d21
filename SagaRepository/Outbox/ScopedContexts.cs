using MassTransit;
using MassTransit.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>
/// Where <c>IPublishEndpoint</c> and <c>ISendEndpointProvider</c> that an activity injects come from: MassTransit keeps the current event in the
/// scope, once for each bus. They are put under the outbox, too.
/// </summary>
internal sealed class ScopedContexts
{
    private readonly List<Func<IServiceProvider, IScopedConsumeContextProvider?>> _providers = [];

    /// <param name="services">MassTransit's own registrations are there already: a saga is added to a bus.</param>
    public ScopedContexts(IServiceCollection services)
    {
        foreach (var type in services.Select(x => x.ServiceType).Distinct())
        {
            if (type.IsConstructedGenericType && type.GetGenericArguments()[^1] == typeof(IScopedConsumeContextProvider)
                && type.GetProperty(nameof(Bind<,>.Value)) is { } value)
            {
                _providers.Add(provider => provider.GetService(type) is { } bind ? (IScopedConsumeContextProvider?)value.GetValue(bind) : null);
            }
        }
    }

    /// <summary>Until what is returned is disposed, the scope's event is <paramref name="context"/>.</summary>
    public IDisposable Push(ConsumeContext context)
    {
        if (!context.TryGetPayload<IServiceScope>(out var scope))
        {
            return new Pushed([]);
        }

        return new Pushed([.. _providers
            .Select(x => x(scope.ServiceProvider))
            .Where(x => x is { HasContext: true })
            .Select(x => x!.PushContext(context))]);
    }

    private sealed class Pushed(List<IDisposable> contexts) : IDisposable
    {
        public void Dispose() => contexts.ForEach(x => x.Dispose());
    }
}
