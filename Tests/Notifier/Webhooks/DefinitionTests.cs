using CloudIa.Contracts;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Notifying;
using CloudIa.Notifier.Webhooks;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.Webhooks;
using MassTransit;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.Webhooks;

public sealed class DefinitionTests
{
    private static readonly IOptions<NotifierOptions> Options = Microsoft.Extensions.Options.Options.Create(new NotifierOptions());
    private static readonly IOptions<WebhookOptions> Webhooks = Microsoft.Extensions.Options.Options.Create(new WebhookOptions());
    private static readonly IOptions<JobOptions> Jobs = Microsoft.Extensions.Options.Options.Create(new JobOptions());

    [Fact]
    public void The_queues_are_those_of_the_contracts_and_what_the_kebab_case_formatter_makes_of_the_consumers()
    {
        var formatter = KebabCaseEndpointNameFormatter.Instance;
        NameOf(new NotifyClientConsumerDefinition(Options, Jobs)).ShouldBe(ChatJobQueues.NotifyClient);
        NameOf(new DeliverWebhookConsumerDefinition(Options, Webhooks, Jobs)).ShouldBe(ChatJobQueues.DeliverWebhook);
        formatter.Consumer<NotifyClientConsumer>().ShouldBe(ChatJobQueues.NotifyClient);
        formatter.Consumer<DeliverWebhookConsumer>().ShouldBe(ChatJobQueues.DeliverWebhook);
    }

    private static string NameOf<T>(ConsumerDefinition<T> definition)
        where T : class, IConsumer => ((IConsumerDefinition<T>)definition).GetEndpointName(DefaultEndpointNameFormatter.Instance);
}
