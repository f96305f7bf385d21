using System.Runtime.CompilerServices;
using System.Text;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Usage;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>Streams a model's answer into a job's log.</summary>
internal sealed class AnswerWriter(
    IEventLog events,
    IOptions<ProcessorOptions> processor,
    IOptions<LlmOptions> llm,
    PriceList prices,
    TimeProvider time)
{
    /// <summary>A lease survives two lost signs of life.</summary>
    private const int SignsOfLifePerLease = 3;

    private readonly DeltaCoalescer _coalescer = new(processor.Value.DeltaWindow, processor.Value.RunLease / SignsOfLifePerLease, time);

    /// <param name="facts">Gets to know what the stream says, also of an answer that breaks off.</param>
    /// <returns>The whole answer: its text is that of the deltas, joined. Null where another run or the end of the attempt came first.</returns>
    public async Task<KeptAnswer?> WriteAsync(
        LlmRun run, Guid chatId, ModelChoice model, ModelRequest request, AnswerFacts facts, CancellationToken cancellationToken)
    {
        facts.Asking(request);
        var text = new StringBuilder();
        var tokens = ReadAsync(model, request, facts, CancellationToken.None);

        // The coalescer has its own token, which ends with the caller's. Leaving the loop disposes the coalescer's enumerator, which stops the model call.
        await foreach (var piece in _coalescer.CoalesceAsync(tokens, cancellationToken))
        {
            var alive = piece is null
                ? await events.RenewAsync(run, cancellationToken)
                : await events.AppendAsync(run, Delta(run, chatId, piece), cancellationToken);
            if (!alive)
            {
                return null;
            }

            text.Append(piece);
        }

        // The models see to it; but an answer without text could never be told from one that was lost.
        return text.Length == 0
            ? throw new ModelUnavailableException(ModelFailureReason.EmptyAnswer, $"The model of provider '{model.Provider}' gave no text.")
            : facts.ToAnswer(run.Attempt, text.ToString(), prices.CostOf(model.Provider, facts.Model, model.Model, facts.Usage), time.GetUtcNow());
    }

    private async IAsyncEnumerable<string> ReadAsync(ModelChoice model, ModelRequest request, AnswerFacts facts,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var room = new AnswerLimit(llm.Value.MaxAnswerBytes);
        await foreach (var update in model.Client.GetStreamingResponseAsync(request.Messages, request.Options, cancellationToken))
        {
            facts.Note(update);
            var text = room.Fit(update.Text);
            if (text.Length > 0)
            {
                yield return text;
            }

            if (room.IsFull)
            {
                facts.CutShort();
                yield break;
            }
        }
    }

    private MessageDelta Delta(LlmRun run, Guid chatId, string piece) => new()
    {
        JobId = run.JobId,
        ChatId = chatId,
        Attempt = run.Attempt,
        Timestamp = time.GetUtcNow(),
        Content = piece,
    };
}
