using System.Globalization;
using System.Text;
using CsCheck;
using Shouldly;

namespace CloudIa.Tests.Fuzz;

/// <summary>
/// Samples of a generator, the same in each run, so that what fails here fails everywhere; <c>FUZZ_SEED</c> in the environment gives others, and
/// <c>FUZZ_TIMES</c> more of them. A failure names seed and sample.
/// </summary>
internal static class Fuzz
{
    private static readonly ulong Seed = ulong.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "20260102", CultureInfo.InvariantCulture);
    private static readonly int Times = int.Parse(Environment.GetEnvironmentVariable("FUZZ_TIMES") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>What a reader stumbles over.</summary>
    private static readonly string[] Stumbles =
    [
        "null", "true", "{}", "[]", "[", "]", "{", "}", "\"", "\\", ",", ":", "0", "-1", "1e999", "9223372036854775808", "1.5", "\"\"", "\"\\ud800\"", "\\ud800", "\\u0000", "\u0000",
        "\u00e9", "\ud83e\udd9c", "\ufeff", "\"$outbox\":", "\"$outbox\":null,", "\"$type\":\"x\",", "\"event\":", "\"Event\":\"x\",", "\"action\":\"ping\",", "\"jobId\":7,", "\"\\ud800\":1,",
        "00000000-0000-0000-0000-000000000000", "0001-01-01T00:00:00", "//", "/*", "NaN", "\n\n", "\r", "data:", "\u2028",
    ];

    public static void Each<T>(Gen<T> gen, int count, Action<T> check) => EachAsync(gen, count, sample =>
    {
        check(sample);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    public static async Task EachAsync<T>(Gen<T> gen, int count, Func<T, Task> checkAsync)
    {
        var random = new PCG(1, Seed);
        for (var i = 0; i < count * Times; i++)
        {
            var sample = gen.Generate(random, null, out _);
            try
            {
                await checkAsync(sample);
            }
            catch (Exception exception)
            {
                throw new ShouldAssertException($"FUZZ_SEED={Seed}, sample {i}: {Text(sample)}\n{exception.GetType().Name}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>One of these texts, with something cut out, doubled, overwritten or put in, at up to four places.</summary>
    public static Gen<byte[]> Broken(params string[] texts) => Gen.Select(
        Gen.Int[0, texts.Length - 1],
        Gen.Select(Gen.Int[0, 4], Gen.Double[0, 1], Gen.Int[0, 12], OneOf(Stumbles)).Array[0, 4],
        (text, changes) => changes.Aggregate(Encoding.UTF8.GetBytes(texts[text]), Change));

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(x => values[x]);

    /// <summary>As <see cref="Broken"/>, where text is wanted.</summary>
    public static Gen<string> BrokenText(params string[] texts) => Broken(texts).Select(x => Encoding.UTF8.GetString(x));

    private static byte[] Change(byte[] text, (int Kind, double At, int Length, string Put) change)
    {
        var at = (int)(change.At * text.Length);
        var end = Math.Min(text.Length, at + change.Length);
        var put = Encoding.UTF8.GetBytes(change.Put);
        return change.Kind switch
        {
            0 => [.. text.AsSpan(0, at), .. text.AsSpan(end)],
            1 => [.. text.AsSpan(0, end), .. text.AsSpan(at)],
            2 => [.. text.AsSpan(0, at), .. put, .. text.AsSpan(end)],
            3 => [.. text.AsSpan(0, at), .. put, .. text.AsSpan(at)],
            _ => [.. text.AsSpan(0, at), (byte)(change.Length * 21), .. text.AsSpan(Math.Min(text.Length, at + 1))],
        };
    }

    private static string Text<T>(T sample) => sample switch
    {
        byte[] bytes => $"{Encoding.UTF8.GetString(bytes)} (base64 {Convert.ToBase64String(bytes)})",
        _ => sample?.ToString() ?? "null",
    };
}
