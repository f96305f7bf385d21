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
public sealed class Redrive(IFailureStore failures, IBus bus)
{
    /// <returns>False: somebody else has seen to it before.</returns>
    public async Task<bool> SendAsync(FailureRecord failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (!await failures.CloseAsync(failure, cancellationToken))
            return false;

        try
        {
            var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(failure.Queue));
            var contentType = failure.ContentType is { } type ? new ContentType(type) : null;
            await endpoint.Send(new SerializedMessageBody(), Pipe.Execute<SendContext>(context =>
            {
                context.Serializer = new CopyBodySerializer(contentType ?? SystemTextJsonMessageSerializer.JsonContentType, new StringMessageBody(failure.Body));
                context.ContentType = context.Serializer.ContentType;
                if (Guid.TryParseExact(failure.MessageId, "N", out var messageId))
                    context.MessageId = messageId;
            }), cancellationToken);
            return true;
        }
        catch
        {
            await failures.AddAsync(failure, CancellationToken.None);
            throw;
        }
    }
}
