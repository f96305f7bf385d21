using System.Text;
using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Limits;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Invoking;

/// <summary>What a stream says of its answer besides the text.</summary>
internal sealed class AnswerFacts(string askedModel, string provider)
{
    private string _finishReason = ChatFinishReason.Stop.Value;
    private UsageDetails? _counted;
    private long _askedTokens;
    private long _saidBytes;

    /// <summary>As the provider names it, once it did.</summary>
    public string Model { get; private set; } = askedModel;

    /// <summary>Whether the model has said or counted anything.</summary>
    public bool HasUsage => _saidBytes > 0 || _counted is not null;

    /// <summary>What the provider counted; what it did not, estimated.</summary>
    public TokenUsage Usage => new()
    {
        InputTokens = _counted?.InputTokenCount ?? _askedTokens,
        OutputTokens = _counted?.OutputTokenCount ?? TokenEstimate.OfBytes(_saidBytes),
        CachedInputTokens = _counted?.CachedInputTokenCount,
        Estimated = _counted is { InputTokenCount: not null, OutputTokenCount: not null } ? null : true,
    };

    /// <summary>What the model is asked: counted here where its provider does not.</summary>
    public void Asking(ModelRequest request) => _askedTokens = request.Messages.Sum(message => TokenEstimate.Of(message.Text));

    public void Note(ChatResponseUpdate update)
    {
        _saidBytes += Encoding.UTF8.GetByteCount(update.Text);
        if (!string.IsNullOrEmpty(update.ModelId))
        {
            Model = update.ModelId;
        }

        if (update.FinishReason is { } reason)
        {
            _finishReason = reason.Value;
        }

        // The last count stands: some providers send a growing one with every chunk.
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            _counted = usage.Details;
        }
    }

    /// <summary>The answer was longer than it may be.</summary>
    public void CutShort() => _finishReason = ChatFinishReason.Length.Value;

    public KeptAnswer ToAnswer(int attempt, string text, JobCost? cost, DateTimeOffset now) => new()
    {
        Attempt = attempt,
        Text = text,
        Model = Model,
        Provider = provider,
        Usage = Usage,
        Cost = cost,
        FinishReason = _finishReason,
        CompletedAt = now,
    };
}
