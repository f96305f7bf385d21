using CloudIa.Limits;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CsCheck;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class LimitModelOnGarnetTests(StandInsFixture standIns) : LimitModelTests(standIns, RedisKind.Garnet);

public sealed class LimitModelOnRedisTests(StandInsFixture standIns) : LimitModelTests(standIns, RedisKind.Redis);

/// <summary>The scripts do, for any row of calls, what the model does.</summary>
public abstract class LimitModelTests(StandInsFixture standIns, RedisKind kind) : LimitsTest(standIns, kind)
{
    private enum Call
    {
        Admit,
        GiveBack,
        End,
        Note,
        Wait,
    }

    [Fact]
    public async Task Whatever_is_called_in_whatever_order_the_scripts_answer_as_the_model_does()
    {
        var calls = Gen.Select(
            Gen.Frequency((8, Gen.Const(Call.Admit)), (2, Gen.Const(Call.GiveBack)), (4, Gen.Const(Call.End)), (2, Gen.Const(Call.Note)), (3, Gen.Const(Call.Wait))),
            Gen.Int[0, 5], Gen.Int[1, 2], Gen.Long[0, 60], Gen.Frequency((5, Gen.Int[1, 30_000]), (1, Gen.Int[30_000, 10_000_000]))).Array[5, 40];
        var samples = 0;
        await Fuzz.Fuzz.EachAsync(Gen.Select(Gen.Int[0, 6], Gen.Int[0, 4], Gen.Long[0, 150], calls), 60, async sample =>
        {
            var (requests, jobs, tokens, all) = sample;
            var limits = Of(requests, jobs, tokens, prefix: $"{Prefix}{samples++}:");
            var model = new LimitModel(requests, jobs, tokens);
            var ids = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToArray();
            if (requests == 0 && jobs == 0 && tokens == 0)
                return;

            foreach (var (call, number, attempt, amount, milliseconds) in all)
            {
                var job = new JobAttempt(ids[number], attempt);
                switch (call)
                {
                    case Call.Admit when jobs > 0 || tokens > 0:
                        var (refusal, left, places, rest) = model.Admit(Time.GetUtcNow(), job, amount);
                        var answer = await AskAsync(limits, job, amount);
                        (answer.Refusal?.Kind).ShouldBe(refusal);
                        List<LimitState> expected = [new(LimitKind.RequestsPerMinute, requests, left, null), new(LimitKind.ConcurrentJobs, jobs, places, null), new(LimitKind.TokensPerDay, tokens, rest, null)];
                        answer.Limits.Select(x => x with { Reset = null }).ShouldBe(expected.Where(x => x.Quota > 0));
                        break;
                    case Call.GiveBack:
                        model.GiveBack(job);
                        await limits.GiveBackAsync(User, job, Token);
                        break;
                    case Call.End:
                        model.End(job, amount);
                        await limits.EndAsync(User, job, amount, Token);
                        break;
                    case Call.Note:
                        model.Note(Time.GetUtcNow(), job, milliseconds, amount + 1);
                        await limits.NoteAsync(User, job, milliseconds, amount + 1, Token);
                        break;
                    default:
                        Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                        break;
                }
            }
        });
    }
}
