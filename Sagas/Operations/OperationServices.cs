using CloudIa.Sagas.DeadLetters;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudIa.Sagas.Operations;

internal static class OperationServices
{
    /// <summary>For whoever carries operations out, or says what one would be about. Twice is once: both may be in one process.</summary>
    public static IServiceCollection AddOperationWorks(this IServiceCollection services)
    {
        services.TryAddSingleton<Redrive>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IOperationWork, RetryDeadLetters>(),
            ServiceDescriptor.Singleton<IOperationWork, DiscardDeadLetters>(),
            ServiceDescriptor.Singleton<IOperationWork, CancelJobs>(),
            ServiceDescriptor.Singleton<IOperationWork, ExpireJobs>(),
            ServiceDescriptor.Singleton<IOperationWork, RetryJobs>(),
        ]);
        return services;
    }
}
