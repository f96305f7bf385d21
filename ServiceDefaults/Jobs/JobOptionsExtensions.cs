using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.ServiceDefaults.Jobs;

public static class JobOptionsExtensions
{
    /// <summary>Adds <see cref="JobOptions"/>, checked at start.</summary>
    public static IServiceCollection AddJobOptions(this IServiceCollection services) => services.AddSettings<JobOptions>(JobOptions.Section);
}
