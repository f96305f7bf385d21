using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Jobs;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Whether what a job may take fits into the time for which its events are kept.</summary>
internal sealed class SweeperTimings(IOptions<JobOptions> jobs, IOptions<EventLogOptions> events) : IValidateOptions<SweeperOptions>
{
    public ValidateOptionsResult Validate(string? name, SweeperOptions options)
    {
        // It may wait for its turn that long, and then for its answer.
        var longest = 2 * jobs.Value.Lifetime;
        return longest <= events.Value.RetentionWhileLive
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Jobs:{nameof(JobOptions.Lifetime)} ({jobs.Value.Lifetime}) lets a job live for {longest}, longer than EventLog:{nameof(EventLogOptions.RetentionWhileLive)} " +
                $"({events.Value.RetentionWhileLive}) keeps its events: a listener could not be told all of it. Lower the former or raise the latter.");
    }
}
