using System.Globalization;
using System.Text.RegularExpressions;

namespace CloudIa.Faults.Model;

/// <summary>
/// The text of one call: each word names prompt, call and place, so that a piece of one call within another's answer shows, and so does a missing end.
/// </summary>
internal static partial class AnswerText
{
    private const int Fewest = 6;
    private const int Spread = 24;

    public static string[] Words(string token, int call)
    {
        var count = Fewest + (((call * 7) + token.Sum(x => x)) % Spread);
        return [.. Enumerable.Range(0, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"{token}/{call}/{n} {(n % 5 == 3 ? "é😀 " : "")}")), $"{token}/{call}/end"];
    }

    public static string Whole(string token, int call) => string.Concat(Words(token, call));

    /// <summary>Whether this is all that one call said, and nothing else.</summary>
    public static bool IsWhole(string token, string text) => CallOf(token, text) is { } call && text == Whole(token, call);

    /// <summary>Whether one call began like this.</summary>
    public static bool IsBeginning(string token, string text) =>
        text.Length <= token.Length + 1 ? $"{token}/".StartsWith(text, StringComparison.Ordinal) : CallsOf(token, text).Any(call => Whole(token, call).StartsWith(text, StringComparison.Ordinal));

    private static int? CallOf(string token, string text) =>
        FirstWord().Match(text) is { Success: true } match && match.Groups[1].Value == token ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>The number may be cut short: then it is any call that begins so.</summary>
    private static IEnumerable<int> CallsOf(string token, string text) =>
        CallOf(token, text) is { } call ? [call] : Enumerable.Range(1, MostCalls);

    private const int MostCalls = 100;

    [GeneratedRegex("^([^/ ]+)/([0-9]+)/")]
    private static partial Regex FirstWord();
}
