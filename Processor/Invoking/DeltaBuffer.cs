using System.Globalization;
using System.Text;

namespace CloudIa.Processor.Invoking;

/// <summary>Text that waits to become a delta. What leaves it is well-formed UTF-16, in whole characters as a reader sees them.</summary>
internal sealed class DeltaBuffer
{
    /// <summary>No character of any language is longer; text that pretends to be is cut, so that it cannot be held back for ever.</summary>
    private const int LongestElement = 64;

    private const char ZeroWidthJoiner = '\u200D';
    private const char Replacement = '\uFFFD';

    private readonly StringBuilder _text = new();

    public bool IsEmpty => _text.Length == 0;

    public void Add(string text) => _text.Append(text);

    /// <summary>All but the last character, which the next text may still continue (an accent, a skin tone, a joiner).</summary>
    public string TakeSure()
    {
        var text = _text.ToString();
        return Take(text, SureLength(text));
    }

    /// <summary>All, but for half a character that is known to be one: it ends in a high surrogate or a joiner.</summary>
    public string TakeSettled()
    {
        var text = _text.ToString();
        return Take(text, SettledLength(text));
    }

    /// <summary>All: nothing follows.</summary>
    public string TakeRest() => Take(_text.ToString(), _text.Length);

    private static int SettledLength(string text) => text switch
    {
        [.. var before, var last] when char.IsHighSurrogate(last) => SettledLength(before),
        [.., ZeroWidthJoiner] => SureLength(text),
        _ => text.Length,
    };

    private static int SureLength(string text)
    {
        var (sure, at) = (0, 0);
        while (at < text.Length)
        {
            sure = at;
            at += StringInfo.GetNextTextElementLength(text, at);
        }

        // Half a pair counts as a character of its own, and may continue the one before it.
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            sure = SureLength(text[..^1]);
        }

        if (text.Length - sure <= LongestElement)
        {
            return sure;
        }

        return char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
    }

    private string Take(string text, int length)
    {
        _text.Remove(0, length);
        return WellFormed(text[..length]);
    }

    /// <summary>Lone surrogates cannot be written as UTF-8: replaced here, they are the same in the log and in the store.</summary>
    private static string WellFormed(string text)
    {
        StringBuilder? repaired = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
                continue;
            }

            (repaired ??= new StringBuilder(text))[i] = Replacement;
        }

        return repaired?.ToString() ?? text;
    }
}
