using CloudIa.Faults.Configuration;
using CloudIa.Faults.Proxies;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

/// <summary>
/// The store's checks see a store that writes without its conditions: a proxy in front of DynamoDB takes them out. Through the same proxy, with the
/// conditions in, they pass.
/// </summary>
public sealed class UnconditionalWritesTests(StandInsFixture standIns)
{
    private static readonly Dictionary<string, Func<StoreTableFixture, Task>> Checks = new()
    {
        ["a job is added once"] = store => new JobStoreTests(store).Of_many_who_add_the_same_job_at_once_one_succeeds(),
        ["an outcome stays"] = store => new JobStoreTests(store).The_first_outcome_of_an_attempt_stays_and_a_newer_attempt_replaces_it(),
        ["no row is made of an outcome"] = store => new JobStoreTests(store).An_outcome_of_a_job_that_was_taken_back_makes_no_row(),
        ["a job that has ended is not taken back"] = store => new JobStoreTests(store).An_acceptance_is_taken_back_unless_the_job_has_ended(),
    };

    public static TheoryData<string> Names { get; } = [.. Checks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_write_without_its_condition_is_found(string check)
    {
        var plan = new FaultPlan(new Dice(1));
        await using var proxy = await HttpProxy.StartAsync(Upstream.Store, await standIns.DynamoDbUrl(), plan);
        var store = await StoreTableFixture.ThroughAsync(standIns, proxy.Address);
        await using var _ = store;
        await Checks[check](store);

        plan.Mistakes = [new(new(Upstream.Store), Fault.Unconditional)];

        (await Record.ExceptionAsync(() => Checks[check](store))).ShouldBeAssignableTo<ShouldAssertException>();
        plan.Done[Fault.Unconditional].ShouldBePositive();
    }
}
