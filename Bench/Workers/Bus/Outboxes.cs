using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>How the saga's commands are kept until its state is written.</summary>
internal static class Outboxes
{
    /// <summary>In memory: they leave after the write, and are lost with the process.</summary>
    public const string Memory = "memory";

    /// <summary>Not at all: a command can overtake the write.</summary>
    public const string None = "none";

    public static string[] All { get; } = [Memory, None];

    public static void Use(string outbox, IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        if (outbox == Memory)
            endpoint.UseInMemoryOutbox(context);
    }
}
