using Microsoft.ML.Tokenizers;

namespace CloudIa.Processor.Context;

/// <summary>Counts tokens with one encoding; made once, and shared by all models that have it.</summary>
internal sealed class TokenCounter
{
    public const string O200k = "o200k_base";
    public const string Cl100k = "cl100k_base";

    /// <summary>
    /// Characters counted at once. One run of letters costs the encoder more than its length, and users can send one of 32 KiB: in pieces all that is said
    /// costs what it is long. A cut adds a token or two to what a model would count, and hardly ever takes one away.
    /// </summary>
    internal const int PieceLength = 1024;

    private static readonly Lazy<TokenCounter> SharedO200k = new(() => new(O200k));
    private static readonly Lazy<TokenCounter> SharedCl100k = new(() => new(Cl100k));
    private readonly TiktokenTokenizer _tokenizer;

    private TokenCounter(string encoding)
    {
        Encoding = encoding;
        _tokenizer = TiktokenTokenizer.CreateForEncoding(encoding);
    }

    public string Encoding { get; }

    /// <summary>By name: <see cref="O200k"/> or <see cref="Cl100k"/>.</summary>
    public static TokenCounter Of(string encoding) => encoding switch
    {
        O200k => SharedO200k.Value,
        Cl100k => SharedCl100k.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, $"There is no such encoding. There are {O200k} and {Cl100k}."),
    };

    /// <summary>Which encoding a model of this name has; null where that is not known (Claude, Llama, a name of one's own).</summary>
    public static string? EncodingOf(string model)
    {
        // A router puts the vendor before the name: openai/gpt-4o.
        var name = model[(model.LastIndexOf('/') + 1)..];
        string[] o200k = ["gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-oss", "o1", "o3", "o4"];
        string[] cl100k = ["gpt-4", "gpt-3.5", "gpt-35"];
        return o200k.Any(x => name.StartsWith(x, StringComparison.OrdinalIgnoreCase)) ? O200k
            : cl100k.Any(x => name.StartsWith(x, StringComparison.OrdinalIgnoreCase)) ? Cl100k
            : null;
    }

    public int Count(string text)
    {
        var count = 0;
        var rest = text.AsSpan();
        while (rest.Length > PieceLength)
        {
            // A space belongs to the word after it.
            var length = rest[..PieceLength].LastIndexOfAny(' ', '\n') is var space and > PieceLength / 2 ? space : PieceLength;
            if (char.IsHighSurrogate(rest[length - 1]))
            {
                length--;
            }

            count += _tokenizer.CountTokens(rest[..length]);
            rest = rest[length..];
        }

        return count + _tokenizer.CountTokens(rest);
    }
}
