using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>A bus on the stand-in, with short polls and topics of its own.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestBus(ServiceProvider services, Uri url, string scope)
    {
        _services = services;
        Scope = scope;
        Control = services.GetRequiredService<IBusControl>();
        Sqs = new AmazonSQSClient(new BasicAWSCredentials(StandInsFixture.Key, StandInsFixture.Key),
            new AmazonSQSConfig { ServiceURL = url.ToString(), AuthenticationRegion = StandInsFixture.Region });
    }

    public IBusControl Control { get; }

    public string Scope { get; }

    /// <summary>Looks at queues from outside.</summary>
    public AmazonSQSClient Sqs { get; }

    public IServiceProvider Services => _services;

    public static async Task<TestBus> StartAsync(StandInsFixture standIns, Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register = null, CountingHttp? http = null, string? scope = null)
    {
        var bus = await CreateAsync(await standIns.SqsUrl(), scope ?? standIns.UniqueName("s"), configure, register, http);
        await bus.Control.StartAsync(TestContext.Current.CancellationToken);
        return bus;
    }

    public static Task<TestBus> CreateAsync(Uri url, string scope, Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register = null, CountingHttp? http = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            register?.Invoke(x);
            x.UsingAmazonSqs((context, cfg) =>
            {
                cfg.Host(StandInsFixture.Region, h =>
                {
                    h.AccessKey(StandInsFixture.Key);
                    h.SecretKey(StandInsFixture.Key);
                    h.Scope(scope, scopeTopics: true);
                    h.Config(new AmazonSQSConfig { ServiceURL = url.ToString(), HttpClientFactory = http });
                    h.Config(new AmazonSimpleNotificationServiceConfig { ServiceURL = url.ToString(), HttpClientFactory = http });
                });
                cfg.WaitTimeSeconds = 1;
                configure(cfg);
                cfg.ConfigureEndpoints(context);
            });
        });
        return Task.FromResult(new TestBus(services.BuildServiceProvider(), url, scope));
    }

    public async Task SendAsync<T>(string queue, T message)
        where T : class
    {
        var endpoint = await Control.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(message, TestContext.Current.CancellationToken);
    }

    public async Task<Dictionary<string, string>> AttributesAsync(string queue)
    {
        var url = await Sqs.GetQueueUrlAsync(queue);
        return (await Sqs.GetQueueAttributesAsync(url.QueueUrl, ["All"])).Attributes;
    }

    public async Task<bool> ExistsAsync(string queue)
    {
        try
        {
            await Sqs.GetQueueUrlAsync(queue);
            return true;
        }
        catch (Amazon.SQS.Model.QueueDoesNotExistException)
        {
            return false;
        }
    }

    /// <summary>Takes one message from a queue that nobody else reads.</summary>
    public async Task<Amazon.SQS.Model.Message> TakeAsync(string queue)
    {
        Amazon.SQS.Model.Message? taken = null;
        await Eventually.Is(async () =>
        {
            if (!await ExistsAsync(queue))
                return false;

            var url = await Sqs.GetQueueUrlAsync(queue);
            var response = await Sqs.ReceiveMessageAsync(new Amazon.SQS.Model.ReceiveMessageRequest(url.QueueUrl)
            {
                MessageAttributeNames = ["All"],
                WaitTimeSeconds = 1,
            });
            taken = response.Messages?.FirstOrDefault();
            return taken is not null;
        }, $"a message in {queue}");
        return taken!;
    }

    public Task StopAsync() => Control.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Control.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Sqs.Dispose();
    }
}
