using System.Text;

namespace CloudIa.Transport.Sending;

/// <summary>What SQS and SNS take as an attribute; one that they do not take would make them refuse the whole message.</summary>
internal static class AttributeText
{
    /// <summary>Letters, digits, <c>_</c>, <c>-</c> and single periods within; nothing that AWS keeps for itself.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= AwsLimits.AttributeNameLength
        && name[0] != '.' && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal)
        && !name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase)
        && name.All(static x => char.IsAsciiLetterOrDigit(x) || x is '_' or '-' or '.');

    /// <summary>The value with what is no character of XML (control characters, halves of a pair) replaced.</summary>
    public static string Clean(string value)
    {
        if (value.All(static x => x is (>= ' ' and < '\uD800') or '\t' or '\n' or '\r'))
            return value;

        var clean = new StringBuilder(value.Length);
        // Halves of a pair come as the replacement character already.
        foreach (var rune in value.EnumerateRunes())
            clean.Append((rune.Value < ' ' && rune.Value is not ('\t' or '\n' or '\r')) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}
