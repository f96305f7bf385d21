using CloudIa.Contracts;
using CloudIa.EventLog;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Invoking;

/// <summary>What a stream says of its answer besides the text.</summary>
internal sealed class AnswerFacts(string askedModel, string provider)
{
    private string _model = askedModel;
    private string _finishReason = ChatFinishReason.Stop.Value;
    private TokenUsage _usage = new();

    public void Note(ChatResponseUpdate update)
    {
        if (!string.IsNullOrEmpty(update.ModelId))
        {
            _model = update.ModelId;
        }

        if (update.FinishReason is { } reason)
        {
            _finishReason = reason.Value;
        }

        // The last count stands: some providers send a growing one with every chunk.
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            _usage = new TokenUsage { InputTokens = usage.Details.InputTokenCount, OutputTokens = usage.Details.OutputTokenCount };
        }
    }

    /// <summary>The answer was longer than it may be.</summary>
    public void CutShort() => _finishReason = ChatFinishReason.Length.Value;

    public KeptAnswer ToAnswer(int attempt, string text, DateTimeOffset now) => new()
    {
        Attempt = attempt,
        Text = text,
        Model = _model,
        Provider = provider,
        Usage = _usage,
        FinishReason = _finishReason,
        CompletedAt = now,
    };
}
