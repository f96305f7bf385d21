using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>How the saga's commands are kept until its state is written.</summary>
internal static class Outboxes
{
    /// <summary>In the saga's value, as the services have it. A build on the official packages, which lack it, takes <see cref="Memory"/>.</summary>
    public const string Saga = "saga";

    /// <summary>In memory: they leave after the write, and are lost with the process.</summary>
    public const string Memory = "memory";

    /// <summary>Not at all: a command can overtake the write.</summary>
    public const string None = "none";

#if MASSTRANSIT_AWS_OFFICIAL
    private const bool HasSaga = false;
#else
    private const bool HasSaga = true;
#endif

    public static string[] All { get; } = [Saga, Memory, None];

    public static void Use(string outbox, IRedisSagaRepositoryConfigurator redis)
    {
#if !MASSTRANSIT_AWS_OFFICIAL
        if (outbox == Saga)
            redis.UseOutbox();
#endif
    }

    public static void Use(string outbox, IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        if (outbox == Memory || (outbox == Saga && !HasSaga))
            endpoint.UseInMemoryOutbox(context);
    }
}
