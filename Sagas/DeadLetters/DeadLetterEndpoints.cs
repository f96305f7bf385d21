using CloudIa.Contracts;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.DeadLetters;

internal static class DeadLetterEndpoints
{
    private const int Concurrency = 4;

    /// <summary>The queues whose dead letters are collected.</summary>
    public static IReadOnlyList<string> Queues { get; } =
        [ChatJobQueues.ChatJob, ChatJobQueues.ReceiveMessage, ChatJobQueues.InvokeLlm, ChatJobQueues.PersistMessage, ChatJobQueues.NotifyClient, ChatJobQueues.DeliverWebhook];

    public static string Name(string queue, string kind) => $"{queue}_{kind}";

    /// <summary>One endpoint for each queue of dead letters.</summary>
    public static void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        foreach (var queue in Queues)
        {
            foreach (var kind in FailureKinds.All)
            {
                bus.ReceiveEndpoint(Name(queue, kind), endpoint =>
                {
                    endpoint.UseMessagingOptions(context);
                    endpoint.ConfigureConsumeTopology = false;
                    endpoint.PrefetchCount = Concurrency;
                    endpoint.ConcurrentMessageLimit = Concurrency;
                    endpoint.ConfigureReceive(pipe => pipe.UseFilter(new DeadLetterFilter(context, queue, kind)));
                });
            }
        }
    }
}
