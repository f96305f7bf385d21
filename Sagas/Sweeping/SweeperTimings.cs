using CloudIa.EventLog;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Jobs;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Whether what a job may take fits into the time for which its events are kept.</summary>
internal sealed class SweeperTimings(IOptions<JobOptions> jobs, IOptions<EventLogOptions> events) : IValidateOptions<SweeperOptions>
{
    public ValidateOptionsResult Validate(string? name, SweeperOptions options)
    {
        if (!jobs.TryGet(out var job) || !events.TryGet(out var log))
            return ValidateOptionsResult.Success;

        // It may wait for its turn that long, and then for its answer.
        var longest = 2 * job.Lifetime;
        return longest <= log.RetentionWhileLive
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Jobs:{nameof(JobOptions.Lifetime)} ({job.Lifetime}) lets a job live for {longest}, longer than EventLog:{nameof(EventLogOptions.RetentionWhileLive)} " +
                $"({log.RetentionWhileLive}) keeps its events: a listener could not be told all of it. Lower the former or raise the latter.");
    }
}
