using MassTransit;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>What was thrown and where, as far as a dead letter's headers say. Names of types and methods: nothing that a user said.</summary>
internal static class FaultPlace
{
    private const int Longest = 300;
    private const string Own = "at CloudIa.";

    public static string? ExceptionType(Headers headers) => Name(headers.Get<string>(MessageHeaders.FaultExceptionType));

    /// <summary>The topmost frame of our own; where no stack came along (SQS has no room for it) the consumer.</summary>
    public static string? Of(Headers headers) => TopFrame(headers.Get<string>(MessageHeaders.FaultStackTrace)) ?? Name(headers.Get<string>(MessageHeaders.FaultConsumerType));

    internal static string? TopFrame(string? stack)
    {
        foreach (var line in (stack ?? "").EnumerateLines())
        {
            var frame = line.Trim();
            if (!frame.StartsWith(Own, StringComparison.Ordinal) || frame.StartsWith($"{Own}Transport.", StringComparison.Ordinal))
                continue;

            var end = frame.IndexOf('(');
            return Name((end < 0 ? frame : frame[..end])["at ".Length..].ToString());
        }

        return null;
    }

    // A header may be anything.
    private static string? Name(string? text) => text is { Length: > 0 and <= Longest } && text.All(x => char.IsAsciiLetterOrDigit(x) || "._+`<>[],| ".Contains(x, StringComparison.Ordinal))
        ? text
        : null;
}
