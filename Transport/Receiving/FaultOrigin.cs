using System.Text;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>What was thrown and where, for the headers of a dead letter: names of types and methods, so that nothing of the message or of a machine is in it.</summary>
internal static class FaultOrigin
{
    // Beside it there are nine other attributes, and all of it is paid for.
    private const int LongestStack = 1024;
    private const string Frame = "at ";

    public static void AddTo(IDictionary<string, string> attributes, Exception exception)
    {
        var thrown = exception.GetBaseException();
        if (thrown.GetType().FullName is { Length: <= LongestStack } type)
            attributes[MessageHeaders.FaultExceptionType] = type;
        if (Stack(thrown.StackTrace) is { Length: > 0 } stack)
            attributes[MessageHeaders.FaultStackTrace] = stack;
    }

    /// <summary>The topmost frames, as many as fit, without arguments, files and lines.</summary>
    private static string Stack(string? trace)
    {
        var stack = new StringBuilder();
        foreach (var line in (trace ?? "").EnumerateLines())
        {
            var frame = line.Trim();
            if (!frame.StartsWith(Frame, StringComparison.Ordinal))
                continue;

            var end = frame.IndexOf('(');
            frame = end < 0 ? frame : frame[..end];
            if (stack.Length + frame.Length + 1 > LongestStack)
                break;

            if (stack.Length > 0)
                stack.Append('\n');
            stack.Append(frame);
        }

        return stack.ToString();
    }
}
