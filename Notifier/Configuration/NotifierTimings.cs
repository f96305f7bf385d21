using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Jobs;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Configuration;

/// <summary>Whether what this service tries fits into the time that the others give it.</summary>
internal sealed class NotifierTimings(IOptions<JobOptions> jobs) : IValidateOptions<NotifierOptions>
{
    public ValidateOptionsResult Validate(string? name, NotifierOptions options)
    {
        if (!jobs.TryGet(out var job))
            return ValidateOptionsResult.Success;

        var tried = options.RedeliveryDelays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay) * (1 + job.RedeliveryJitter);
        return tried <= job.StepDeadline
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Notifier:{nameof(options.Redeliveries)} ({options.Redeliveries}) tries for {tried}, longer than Jobs:{nameof(JobOptions.StepDeadline)} " +
                $"({job.StepDeadline}): the command would be sent again while it is still tried. Lower the former or raise the latter.");
    }
}
