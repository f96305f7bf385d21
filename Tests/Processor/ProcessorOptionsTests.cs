using CloudIa.Processor.Configuration;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor;

public sealed class ProcessorOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => new ProcessorOptionsValidator().Validate(null, new ProcessorOptions()).Succeeded.ShouldBeTrue();

    [Fact]
    public void Redelivery_doubles_from_two_seconds() =>
        new ProcessorOptions().RedeliveryDelays.Select(delay => delay.TotalSeconds).ShouldBe([2, 4, 8, 16, 32, 64, 128]);

    [Fact]
    public void No_redelivery_is_later_than_SQS_can_delay() =>
        new ProcessorOptions { RedeliveryLimit = 20 }.RedeliveryDelays.Max().ShouldBe(TimeSpan.FromMinutes(15));

    [Fact]
    public void Waiting_for_another_run_doubles_up_to_its_lease_and_lasts_an_hour()
    {
        var delays = new ProcessorOptions().BusyDelays();

        delays.Take(6).Select(delay => delay.TotalSeconds).ShouldBe([2, 4, 8, 16, 30, 30]);
        delays.Sum(delay => delay.TotalMinutes).ShouldBeInRange(59, 60);
    }

    [Fact]
    public void Fewer_commands_than_can_be_worked_on_are_not_held()
    {
        Problems(new() { InvokeConcurrency = 200 }).ShouldBeNull("twice as many");
        Problems(new() { InvokeConcurrency = 200, InvokePrefetch = 200 }).ShouldBeNull();
        Problems(new() { InvokeConcurrency = 200, InvokePrefetch = 199 }).ShouldNotBeNull().ShouldContain("Processor:InvokePrefetch");

        static string? Problems(ProcessorOptions options) => new ProcessorOptionsValidator().Validate(null, options).FailureMessage;
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var result = new ProcessorOptionsValidator().Validate(null, new ProcessorOptions
        {
            DeltaWindow = TimeSpan.FromSeconds(-1),
            RunLease = TimeSpan.Zero,
            InvokeConcurrency = 0,
            StoreConcurrency = 0,
            RetryDelay = TimeSpan.Zero,
            RetryLimit = -1,
            RedeliveryDelay = TimeSpan.FromHours(1),
            RedeliveryLimit = -1,
            BusyPatience = TimeSpan.Zero,
        });

        result.Failures.ShouldNotBeNull().Count().ShouldBe(9);
    }
}
