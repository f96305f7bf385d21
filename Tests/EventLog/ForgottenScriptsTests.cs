using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

[Collection(nameof(ForgottenScripts))]
public sealed class ForgottenScriptsOnGarnetTests(StandInsFixture standIns) : ForgottenScriptsTests(standIns, RedisKind.Garnet);

[Collection(nameof(ForgottenScripts))]
public sealed class ForgottenScriptsOnRedisTests(StandInsFixture standIns) : ForgottenScriptsTests(standIns, RedisKind.Redis);

/// <summary>Apart from the others: they count commands, and a forgotten script costs one more.</summary>
[CollectionDefinition(nameof(ForgottenScripts), DisableParallelization = true)]
public sealed class ForgottenScripts;

public abstract class ForgottenScriptsTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    [Fact]
    public async Task A_server_that_forgot_the_scripts_is_told_them_again()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("before"), Token);

        await Server.ScriptFlushAsync();

        (await Log.AppendAsync(run, Delta("after"), Token)).ShouldBeTrue();
        (await NamesAsync()).Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_known_script_is_called_by_its_hash()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("loads the script"), Token);
        var (evalBefore, hashBefore) = await CallsAsync();

        await Log.AppendAsync(run, Delta("calls it"), Token);

        (await CallsAsync()).ShouldBe((evalBefore, hashBefore + 1));
    }

    private async Task<(long Eval, long Evalsha)> CallsAsync()
    {
        var stats = (await Server.InfoAsync("commandstats")).SelectMany(x => x).ToDictionary(x => x.Key, x => x.Value);
        return (Calls("cmdstat_eval"), Calls("cmdstat_evalsha"));

        long Calls(string name) => stats.TryGetValue(name, out var value)
            ? long.Parse(value.Split(',')[0].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
    }
}
