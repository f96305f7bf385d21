using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CloudIa.Faults.Proxies;

/// <summary>Redis's protocol, versions 2 and 3: as much of it as tells where a frame ends and what a command is.</summary>
internal static class Resp
{
    private const int Incomplete = -1;

    /// <returns>The length of the first frame; -1 where it is not all there.</returns>
    public static int Length(ReadOnlySpan<byte> data)
    {
        var line = data.IndexOf("\r\n"u8);
        if (line < 0)
            return Incomplete;

        var end = line + 2;
        return (char)data[0] switch
        {
            '$' or '=' or '!' => Bulk(data, end, Number(data[1..line])),
            '*' or '~' or '>' => Children(data, end, Number(data[1..line])),
            '%' => Children(data, end, 2 * Number(data[1..line])),
            // Attributes come before the value that they are about.
            '|' => Children(data, end, (2 * Number(data[1..line])) + 1),
            _ => end,
        };
    }

    /// <summary>A command's name and arguments, from a whole frame; of long ones their beginning.</summary>
    public static List<string> Command(ReadOnlySpan<byte> frame) => frame[0] == '*'
        ? [.. Words(frame, LongestWord).Select(Encoding.UTF8.GetString)]
        : [.. Encoding.UTF8.GetString(frame).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>A command's name and arguments, from a whole frame, each cut after so many bytes.</summary>
    public static List<byte[]> Words(ReadOnlySpan<byte> frame, int longest = int.MaxValue)
    {
        List<byte[]> words = [];
        var at = frame.IndexOf("\r\n"u8) + 2;
        while (at < frame.Length)
        {
            var line = frame[at..].IndexOf("\r\n"u8);
            var length = Number(frame[(at + 1)..(at + line)]);
            at += line + 2;
            words.Add(frame.Slice(at, Math.Min(length, longest)).ToArray());
            at += length + 2;
        }

        return words;
    }

    /// <summary>The frame of a command.</summary>
    public static byte[] Frame(List<byte[]> words)
    {
        using var frame = new MemoryStream();
        frame.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Count}\r\n")));
        foreach (var word in words)
        {
            frame.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            frame.Write(word);
            frame.Write("\r\n"u8);
        }

        return frame.ToArray();
    }

    /// <summary>Keys are shorter; values are nobody's business.</summary>
    private const int LongestWord = 128;

    private static int Bulk(ReadOnlySpan<byte> data, int start, int length)
    {
        if (length < 0)
            return start;

        return data.Length >= start + length + 2 ? start + length + 2 : Incomplete;
    }

    private static int Children(ReadOnlySpan<byte> data, int start, int count)
    {
        var at = start;
        for (var child = 0; child < count; child++)
        {
            var length = at < data.Length ? Length(data[at..]) : Incomplete;
            if (length == Incomplete)
                return Incomplete;
            at += length;
        }

        return at;
    }

    private static int Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out int number, out _)
        ? number
        : throw new InvalidDataException($"'{Encoding.ASCII.GetString(digits)}' is no length: this is not Redis's protocol.");
}
