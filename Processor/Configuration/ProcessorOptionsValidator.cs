using CloudIa.ServiceDefaults.Messaging.Rings;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Configuration;

internal sealed class ProcessorOptionsValidator : IValidateOptions<ProcessorOptions>
{
    private const int MaxConcurrency = 1000;
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, ProcessorOptions options)
    {
        var problems = new Problems(ProcessorOptions.Section);

        problems.Require(nameof(options.DeltaWindow), options.DeltaWindow, TimeSpan.Zero, Second,
            "a longer one makes the answer stutter. 00:00:00.025 is a good value.");
        problems.Require(nameof(options.RunLease), options.RunLease, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10),
            "a shorter one is lost in a pause of the garbage collector, a longer one blocks an attempt after a crash.");
        problems.Require(nameof(options.InvokeConcurrency), options.InvokeConcurrency, 1, MaxConcurrency,
            "each is one open model call. Run more replicas instead.");
        var least = Math.Clamp(options.InvokeConcurrency, 1, MaxConcurrency);
        problems.Require(nameof(options.InvokePrefetch), options.InvokePrefetch ?? least, least, 2 * MaxConcurrency,
            "fewer than Processor:InvokeConcurrency leave places empty, and what waits here no other process can begin. Twice as many is a good value.");
        problems.Require(nameof(options.StoreConcurrency), options.StoreConcurrency, 1, MaxConcurrency,
            "each is one call to the store. Run more replicas instead.");
        problems.Require(nameof(options.RetryDelay), options.RetryDelay, Millisecond, TimeSpan.FromSeconds(10),
            "the message occupies a place in memory meanwhile. Use redelivery for longer waits.");
        problems.Require(nameof(options.RetryLimit), options.RetryLimit, 0, 5,
            "the message occupies a place in memory meanwhile. Raise Processor:RedeliveryLimit instead.");
        problems.Require(nameof(options.RedeliveryDelay), options.RedeliveryDelay, Millisecond, RingExtensions.LongestDelay,
            "SQS delays a message by 15 minutes at most.");
        problems.Require(nameof(options.RedeliveryLimit), options.RedeliveryLimit, 0, 20,
            "a job would wait for hours before it fails. Retry it instead.");
        problems.Require(nameof(options.BusyPatience), options.BusyPatience, Second, TimeSpan.FromHours(12),
            "it must be longer than an attempt may take. 01:00:00 is a good value.");

        return problems.Found is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
