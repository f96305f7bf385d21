namespace CloudIa.Api.Chat;

/// <summary>The header by which a client says: this is the same request as before.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string Rule = "It must be given once, with 1–255 visible ASCII characters.";
    private const int MaxLength = 255;

    /// <returns>False where the header is there and not usable. The key is null where there is none.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        key = null;
        if (!headers.TryGetValue(Header, out var values))
            return true;

        if (values is not [{ Length: > 0 and <= MaxLength } value] || !value.All(c => c is > ' ' and <= '~'))
            return false;

        key = value;
        return true;
    }
}
