using System.Text;

namespace CloudIa.Limits;

/// <summary>
/// About how many tokens a text has, where nobody counted them: a quarter of its bytes in UTF-8, rounded up. For English that is what the usual tokenizers come
/// to; for other languages it is more than they count.
/// </summary>
public static class TokenEstimate
{
    private const int BytesPerToken = 4;

    public static long Of(string? text) => string.IsNullOrEmpty(text) ? 0 : OfBytes(Encoding.UTF8.GetByteCount(text));

    /// <param name="bytes">Of UTF-8.</param>
    public static long OfBytes(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
