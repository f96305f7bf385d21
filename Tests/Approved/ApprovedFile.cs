using CloudIa.Tests.Infrastructure;
using Xunit;

namespace CloudIa.Tests.Approved;

/// <summary>
/// A text that somebody has looked at, kept beside the tests in git: what differs from it fails, and the difference is a diff to read.
/// <c>APPROVE=1</c> in the environment takes the new text instead (never in CI).
/// </summary>
internal static class ApprovedFile
{
    private const string Approve = "APPROVE";

    public static void ShouldBe(string name, string actual)
    {
        Assert.SkipWhen(Checkout.Root is null, "The tests run apart from their sources, so the approved files are not at hand.");
        var path = Path.Combine(Checkout.Root!, "Tests", "Approved", name);
        actual = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(Approve) == "1" && Environment.GetEnvironmentVariable("CI") != "true")
        {
            File.WriteAllText(path, actual);
            return;
        }

        var approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (approved == actual)
            return;

        Assert.Fail($"Tests/Approved/{name} does not say what is so now:\n{Difference(approved, actual)}\n" +
            $"If that is meant: {Approve}=1 dotnet test, look at the diff, commit it.");
    }

    private static string Difference(string approved, string actual)
    {
        var (before, after) = (approved.Split('\n'), actual.Split('\n'));
        var gone = Except(before, after).Select(x => "- " + x);
        var come = Except(after, before).Select(x => "+ " + x);
        string[] lines = [.. gone, .. come];
        return lines.Length == 0 ? "the same lines in another order" : string.Join('\n', lines.Take(40));
    }

    // As often as they occur, not as a set.
    private static IEnumerable<string> Except(string[] lines, string[] others)
    {
        var left = others.GroupBy(x => x).ToDictionary(x => x.Key, x => x.Count());
        return lines.Where(x => !left.TryGetValue(x, out var count) || (left[x] = count - 1) < 0);
    }
}
