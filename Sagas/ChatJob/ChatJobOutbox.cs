using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>
/// What keeps a command from being sent before its saga is saved, or lost after. Ours is a part of the saga's value; the official
/// packages (<c>-p:MassTransitAws=official</c>) have none in Redis, so that build has MassTransit's in memory, which a kill loses.
/// </summary>
internal static class ChatJobOutbox
{
#if MASSTRANSIT_AWS_OFFICIAL
    public static void UseChatJobOutbox(this IRedisSagaRepositoryConfigurator redis)
    {
        // There is nothing to turn on: see the endpoint's.
    }

    public static void UseChatJobOutbox(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        LogContext.Warning?.Log("{Queue} runs on the official MassTransit.Redis, with commands held in memory: a kill between a saga's write and its " +
            "commands loses them. The saga repository of this project has an outbox in the saga's value", endpoint.InputAddress);
        endpoint.UseInMemoryOutbox(context);
    }
#else
    // Its defaults hold as long as the saga itself, and for more events than a job has.
    public static void UseChatJobOutbox(this IRedisSagaRepositoryConfigurator redis) => redis.UseOutbox();

    public static void UseChatJobOutbox(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        // The repository's holds the commands: a second one around it would only copy them.
    }
#endif
}
