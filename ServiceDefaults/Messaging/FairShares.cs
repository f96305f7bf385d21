using System.Security.Cryptography;
using System.Text;
using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>
/// Says with each message of a job whose it is, as its message group. SQS's fair queues and our own receivers see to it that a user with many messages keeps
/// another's waiting no longer than need be. Groups order nothing here: the queues are standard ones.
/// </summary>
public static class FairShares
{
    private const int Bytes = 16;

    /// <summary>A user's group: 32 hexadecimal digits, the same in every process. Queues and their logs never have the user's id from it.</summary>
    public static string Of(string userId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userId)).AsSpan(0, Bytes));

    /// <summary>What begins a job gets its user's group, and what comes of a message gets that message's.</summary>
    public static void UseFairShares(this IBusFactoryConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.ConfigureSend(send =>
        {
            send.UseExecute(HandOn);
            send.UseSendExecute<SubmitChatJob>(x => Set(x, x.Message.UserId));
            send.UseSendExecute<CancelChatJob>(x => Set(x, x.Message.Job.UserId));
            send.UseSendExecute<RetryChatJob>(x => Set(x, x.Message.Job.UserId));
            send.UseSendExecute<NotifyClient>(x => Set(x, x.Message.UserId));
            send.UseSendExecute<DeliverWebhook>(x => Set(x, x.Message.UserId));
        });
        bus.ConfigurePublish(publish => publish.UseExecute(HandOn));
    }

    private static void Set(SendContext context, string userId) => context.TrySetGroupId(Of(userId));

    private static void HandOn(SendContext context)
    {
        if (context.TryGetPayload<ConsumeContext>(out var consumed) && GroupOf(consumed) is { } group)
            context.TrySetGroupId(group);
    }

    private static string? GroupOf(ConsumeContext context)
    {
        if (!context.ReceiveContext.TryGetPayload<AmazonSqsMessageContext>(out var sqs))
            return null;

        // The second is where the transport writes it for a server that keeps no groups of standard queues.
        return sqs.TransportMessage.Attributes?.GetValueOrDefault("MessageGroupId") is { Length: > 0 } group ? group
            : sqs.Attributes.GetValueOrDefault("SQS-GroupId")?.StringValue is { Length: > 0 } beside ? beside
            : null;
    }
}
