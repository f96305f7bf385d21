using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Invoking;
using CloudIa.Processor.Persisting;
using CloudIa.Processor.Receiving;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor;

public sealed class DefinitionTests
{
    private static readonly IOptions<ProcessorOptions> Options = Microsoft.Extensions.Options.Options.Create(new ProcessorOptions());

    private static readonly IOptions<JobOptions> Jobs = Microsoft.Extensions.Options.Options.Create(new JobOptions());

    [Fact]
    public void The_queues_are_those_of_the_contracts()
    {
        NameOf(new ReceiveMessageConsumerDefinition(Options, Jobs)).ShouldBe(ChatJobQueues.ReceiveMessage);
        NameOf(new InvokeLlmConsumerDefinition(Options, Jobs)).ShouldBe(ChatJobQueues.InvokeLlm);
        NameOf(new PersistMessageConsumerDefinition(Options, Jobs)).ShouldBe(ChatJobQueues.PersistMessage);
    }

    [Fact]
    public void They_are_what_the_kebab_case_formatter_makes_of_the_consumers()
    {
        var formatter = KebabCaseEndpointNameFormatter.Instance;
        formatter.Consumer<ReceiveMessageConsumer>().ShouldBe(ChatJobQueues.ReceiveMessage);
        formatter.Consumer<InvokeLlmConsumer>().ShouldBe(ChatJobQueues.InvokeLlm);
        formatter.Consumer<PersistMessageConsumer>().ShouldBe(ChatJobQueues.PersistMessage);
    }

    [Fact]
    public async Task Commands_are_not_subscribed_to()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();

        await processor.MassTransit.Publish(new ReceiveMessage { JobId = job.JobId, Attempt = 1 }, TestContext.Current.CancellationToken);
        await processor.ReceiveAsync(job, attempt: 2);

        (await processor.Bus.PublishesAsync<MessageReceived>()).Attempt.ShouldBe(2);
        processor.Bus.Published<MessageReceived>().Count.ShouldBe(1);
    }

    private static string NameOf<T>(ConsumerDefinition<T> definition)
        where T : class, IConsumer => ((IConsumerDefinition<T>)definition).GetEndpointName(DefaultEndpointNameFormatter.Instance);
}
