using System.Text;

namespace CloudIa.Faults.Proxies;

/// <summary>Turns a command to Redis into the one that a service with a mistake in it would send.</summary>
/// <param name="Operation">Which commands.</param>
/// <param name="Change">Of the command's words; false: there was nothing to change.</param>
internal sealed record Rewrite(OperationPattern Operation, Func<List<byte[]>, bool> Change)
{
    /// <summary>In every script that has it. Scripts are known by their text, whatever their keys are.</summary>
    public static Rewrite InScripts(string text, string by)
    {
        var (old, @new) = (Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(by));
        return new(new(Upstream.Redis), words =>
        {
            // EVAL script …, or SCRIPT LOAD script.
            var place = IsLoad(words) ? 2 : 1;
            if (words.Count <= place || words[place].AsSpan().IndexOf(old) is var at && at < 0)
                return false;

            words[place] = [.. words[place].AsSpan(0, at), .. @new, .. words[place].AsSpan(at + old.Length)];
            return true;
        });
    }

    /// <summary>Leaves an option out.</summary>
    public static Rewrite Without(OperationPattern operation, string option) =>
        new(operation, words => words.RemoveAll(x => Encoding.UTF8.GetString(x).Equals(option, StringComparison.OrdinalIgnoreCase)) > 0);

    private static bool IsLoad(List<byte[]> words) => words.Count == 3 && words[0].AsSpan().SequenceEqual("SCRIPT"u8);
}
