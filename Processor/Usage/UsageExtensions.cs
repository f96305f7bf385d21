using CloudIa.Contracts;

namespace CloudIa.Processor.Usage;

internal static class UsageExtensions
{
    /// <summary>As limits count.</summary>
    public static long Total(this TokenUsage usage) => (usage.InputTokens ?? 0) + (usage.OutputTokens ?? 0);
}
