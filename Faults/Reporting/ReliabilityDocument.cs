using CloudIa.Faults.Configuration;

namespace CloudIa.Faults.Reporting;

/// <summary>A part of docs/reliability.md that a run writes.</summary>
internal sealed class ReliabilityDocument
{
    public static readonly ReliabilityDocument Figures = new("figures");
    public static readonly ReliabilityDocument Mistakes = new("mistakes");

    private readonly string _begin;
    private readonly string _end;

    private ReliabilityDocument(string part) => (_begin, _end) = ($"<!-- {part}: written by the fault suite -->", $"<!-- end of {part} -->");

    /// <exception cref="InvalidOperationException">The marks are missing.</exception>
    public string Replace(string document, string text)
    {
        var begin = document.IndexOf(_begin, StringComparison.Ordinal);
        var end = document.IndexOf(_end, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{Checkout.Document} has no \"{_begin}\" with \"{_end}\" after it, between which the tables go.");

        return $"{document[..(begin + _begin.Length)]}\n{text}{document[end..]}";
    }
}
