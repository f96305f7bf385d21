using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.TypeScript;

public sealed partial class TypeScriptClientTests
{
    [Fact]
    public async Task The_clients_own_tests_pass()
    {
        var output = await TypeScriptClient.TestAsync();

        Count("pass", output).ShouldBeGreaterThan(14, output);
        (Count("fail", output), Count("skipped", output), Count("cancelled", output)).ShouldBe((0, 0, 0), output);
    }

    private static int Count(string what, string output) => int.Parse(Counts().Matches(output).Last(x => x.Groups["what"].Value == what).Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(#|ℹ) (?<what>\w+) (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Counts();
}
