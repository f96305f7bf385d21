using CloudIa.Processor.Llm.Configuration;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Configuration;

/// <summary>Whether what this service tries fits into the time that the others give it.</summary>
internal sealed class ProcessorTimings(IOptions<JobOptions> jobs, IOptions<LlmOptions> llm, IOptions<MessagingOptions> messaging) : IValidateOptions<ProcessorOptions>
{
    public ValidateOptionsResult Validate(string? name, ProcessorOptions options)
    {
        if (!jobs.TryGet(out var job) || !messaging.TryGet(out var bus))
            return ValidateOptionsResult.Success;

        var problems = new Problems(ProcessorOptions.Section);
        var retries = Sum(options.RetryDelays);
        var visibility = TimeSpan.FromSeconds(bus.VisibilityTimeoutSeconds);
        if (retries > visibility)
        {
            problems.Add(nameof(options.RetryLimit),
                $"({options.RetryLimit}) and {nameof(options.RetryDelay)} ({options.RetryDelay}) hold a message for {retries} in memory, longer than " +
                $"Messaging:VisibilityTimeoutSeconds ({visibility}) hides it from other processes. Lower the former or raise the latter.");
        }

        var tries = options.RedeliveryLimit + 1;
        var redeliveries = (Sum(options.RedeliveryDelays) * (1 + job.RedeliveryJitter)) + (retries * tries);
        if (redeliveries > job.StepDeadline)
        {
            problems.Add(nameof(options.RedeliveryLimit),
                $"({options.RedeliveryLimit}) and {nameof(options.RedeliveryDelay)} ({options.RedeliveryDelay}) try for {redeliveries}, longer than Jobs:StepDeadline " +
                $"({job.StepDeadline}): the command would be sent again while it is still tried. Lower the former or raise the latter.");
        }

        var calls = LongestCall() * tries;
        if (redeliveries + calls > job.InvokingDeadline)
        {
            problems.Add(nameof(options.RedeliveryLimit),
                $"({options.RedeliveryLimit}), {nameof(options.RedeliveryDelay)} ({options.RedeliveryDelay}) and the providers' TotalTimeout try for {redeliveries + calls}, longer than " +
                $"Jobs:InvokingDeadline ({job.InvokingDeadline}): a model would be asked again while it is still asked. Lower the former or raise the latter.");
        }

        var pass = LongestPass();
        if (pass > job.InvokingDeadline)
        {
            problems.Add(nameof(options.RedeliveryLimit),
                $"({options.RedeliveryLimit}) leaves no time for a single try: the providers of one model, one after the other, may take {pass} (the sum of their TotalTimeout) to a first token, longer than " +
                $"Jobs:InvokingDeadline ({job.InvokingDeadline}). Lower the former or raise the latter.");
        }

        if (options.RunLease > job.InvokingDeadline)
        {
            problems.Add(nameof(options.RunLease),
                $"({options.RunLease}) is longer than Jobs:InvokingDeadline ({job.InvokingDeadline}): after a crash the attempt would stay blocked beyond its deadline. " +
                "Lower the former or raise the latter.");
        }

        return problems.Found is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }

    /// <summary>
    /// All providers of a model, one after the other. The tries that follow are not summed up: each is begun only if a whole one still fits into the
    /// deadline (see <see cref="Invoking.Postponement"/>).
    /// </summary>
    private TimeSpan LongestPass() => !llm.TryGet(out var models) ? TimeSpan.Zero : models.Providers
        .SelectMany(provider => provider.AllModels.Select(model => (Model: model, provider.TotalTimeout)))
        .GroupBy(x => x.Model, (_, same) => same.Aggregate(TimeSpan.Zero, (sum, x) => sum + x.TotalTimeout))
        .DefaultIfEmpty()
        .Max();

    private TimeSpan LongestCall() => llm.TryGet(out var models) && models.Providers is { Count: > 0 } providers ? providers.Max(x => x.TotalTimeout) : TimeSpan.Zero;

    private static TimeSpan Sum(TimeSpan[] delays) => delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
}
