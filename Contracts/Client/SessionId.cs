namespace CloudIa.Contracts.Client;

/// <summary>The form of a listener session's id, the same in <c>POST /chat</c> and on every wire.</summary>
public static class SessionId
{
    public const string Rule = "It must be 1–128 characters of A–Z a–z 0–9 - _";
    private const int MaxLength = 128;

    public static bool IsValid(string value) => value.Length is > 0 and <= MaxLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
