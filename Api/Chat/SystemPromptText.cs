using System.Text;

namespace CloudIa.Api.Chat;

/// <summary>The form of a chat's system prompt.</summary>
internal static class SystemPromptText
{
    /// <summary>Of UTF-8: it is kept with the chat and with each of its jobs, and paid for with each turn.</summary>
    public const int MaxBytes = 8 * 1024;
    public const string Rule = "It must be a text that is not empty, of at most 8192 bytes of UTF-8.";

    public static bool IsValid(string value) => !string.IsNullOrWhiteSpace(value) && Encoding.UTF8.GetByteCount(value) <= MaxBytes;
}
