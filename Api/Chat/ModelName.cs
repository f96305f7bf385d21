namespace CloudIa.Api.Chat;

/// <summary>The form of a model's name; whether there is such a model only Processor knows.</summary>
internal static class ModelName
{
    public const string Rule = "It must be 1–128 characters of A–Z a–z 0–9 - _ . : / @";
    private const int MaxLength = 128;

    public static bool IsValid(string value) =>
        value.Length is > 0 and <= MaxLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '@');
}
