namespace CloudIa.Faults.Model;

/// <summary>A word that is in every prompt and every answer, and must be in nothing that a service writes.</summary>
internal static class Canary
{
    public const string Word = "k4n4ry";

    /// <summary>The token of a user's nth prompt: tells whose it is, wherever it turns up.</summary>
    public static string Token(string user, int number) => $"{Word}-{user}-{number}";

    /// <summary>Whether the text has a token in it that is not this user's.</summary>
    public static bool HasForeign(string text, string user)
    {
        var own = $"{Word}-{user}-";
        for (var at = text.IndexOf(Word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Word, at + 1, StringComparison.Ordinal))
        {
            if (!text.AsSpan(at).StartsWith(own, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
