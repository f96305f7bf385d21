using System.Globalization;
using System.Text;

namespace CloudIa.Processor.Invoking;

/// <summary>Lets through as much text as an answer may have.</summary>
/// <param name="maxBytes">In UTF-8.</param>
internal sealed class AnswerLimit(int maxBytes)
{
    private long _left = maxBytes;

    /// <summary>Whether something was cut off: the answer ends here.</summary>
    public bool IsFull { get; private set; }

    /// <returns>The text, or so much of its beginning as fits, in whole characters as a reader sees them.</returns>
    public string Fit(string text)
    {
        // The halves of a surrogate pair in two chunks count three bytes each, and are four together: never too little.
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= _left)
        {
            _left -= bytes;
            return text;
        }

        IsFull = true;
        var length = 0;
        while (length < text.Length)
        {
            var element = StringInfo.GetNextTextElementLength(text, length);
            _left -= Encoding.UTF8.GetByteCount(text.AsSpan(length, element));
            if (_left < 0)
            {
                break;
            }

            length += element;
        }

        return text[..length];
    }
}
