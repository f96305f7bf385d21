using System.Net.Mime;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using MassTransit.Serialization;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>
/// Sends a dead letter to its queue once more. For a job that has ended it changes nothing: each command carries its attempt, and each consumer and
/// the saga look whether that one is still to be done.
/// </summary>
/// <remarks>
/// Claimed, sent, completed: of many who ask at once one sends. Who dies in between leaves a claim that ends by itself, so that a letter is never lost; it is sent twice
/// where it died after the send, which every command is safe against.
/// </remarks>
public sealed class Redrive(IFailureStore failures, IBus bus, TimeProvider time)
{
    /// <param name="failure">As it was read.</param>
    /// <param name="body">What is sent in place of the message as it was; null: that.</param>
    public async Task<RedriveResult> SendAsync(FailureRecord failure, CancellationToken cancellationToken, string? body = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var claim = NewId.NextGuid().ToString("N");
        if (!await failures.TryClaimAsync(failure, claim, time.GetUtcNow(), cancellationToken))
        {
            return await failures.GetAsync(failure.Id, cancellationToken) is { State: FailureState.Open } now && now.At == failure.At
                ? RedriveResult.Claimed
                : RedriveResult.NotOpen;
        }

        try
        {
            await SendBodyAsync(failure, body ?? failure.Body, cancellationToken);
        }
        catch
        {
            await failures.ReleaseAsync(failure, claim, CancellationToken.None);
            throw;
        }

        await failures.CompleteAsync(failure, claim, time.GetUtcNow(), CancellationToken.None);
        return RedriveResult.Sent;
    }

    private async Task SendBodyAsync(FailureRecord failure, string body, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(failure.Queue));
        var contentType = failure.ContentType is { } type ? new ContentType(type) : null;
        await endpoint.Send(new SerializedMessageBody(), Pipe.Execute<SendContext>(context =>
        {
            context.Serializer = new CopyBodySerializer(contentType ?? SystemTextJsonMessageSerializer.JsonContentType, new StringMessageBody(body));
            context.ContentType = context.Serializer.ContentType;
            if (Guid.TryParseExact(failure.MessageId, "N", out var messageId))
                context.MessageId = messageId;
        }), cancellationToken);
    }
}
