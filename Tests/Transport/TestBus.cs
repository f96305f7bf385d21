using Amazon.SimpleNotificationService;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>A bus on a backend, with topics of its own and the backend's clock.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    /// <summary>Access key and secret: nobody looks.</summary>
    public const string Key = "local";

    private readonly ServiceProvider _services;

    private TestBus(ServiceProvider services, AmazonSQSClient sqs, string scope, CollectingLogger logs)
    {
        (_services, Sqs, Scope, Logs) = (services, sqs, scope, logs);
        Control = services.GetRequiredService<IBusControl>();
    }

    public IBusControl Control { get; }

    public string Scope { get; }

    /// <summary>Looks at queues from outside.</summary>
    public AmazonSQSClient Sqs { get; }

    public IServiceProvider Services => _services;

    public CollectingLogger Logs { get; }

    /// <summary>On the stand-in, for tests of one backend.</summary>
    public static Task<TestBus> StartAsync(StandInsFixture standIns, Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register = null, CountingHttp? http = null, string? scope = null) =>
        new StandInBackend(standIns).StartAsync(configure, register, http, scope);

    public static async Task<TestBus> CreateAsync(Backend backend, string scope, Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register, CountingHttp? http)
    {
        var url = (await backend.Url()).ToString();
        var logs = new CollectingLogger();
        var services = new ServiceCollection();
        services.AddLogging(x => x.SetMinimumLevel(LogLevel.Debug).AddProvider(new CollectingLoggers(logs)));
        services.AddSingleton(backend.Time);
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            register?.Invoke(x);
            x.UsingAmazonSqs((context, cfg) =>
            {
                cfg.Host(Backend.Region, h =>
                {
                    h.AccessKey(Key);
                    h.SecretKey(Key);
                    h.Scope(scope, scopeTopics: true);
                    h.Config(new AmazonSQSConfig { ServiceURL = url, HttpClientFactory = http });
                    h.Config(new AmazonSimpleNotificationServiceConfig { ServiceURL = url, HttpClientFactory = http });
                });
                cfg.WaitTimeSeconds = backend.WaitSeconds;
                cfg.ConnectEndpointConfigurationObserver(new Waits(backend.WaitSeconds));
                configure(cfg);
                cfg.ConfigureEndpoints(context);
            });
        });
        return new TestBus(services.BuildServiceProvider(), await backend.SqsAsync(), scope, logs);
    }

    public async Task SendAsync<T>(string queue, T message, Action<SendContext<T>>? configure = null)
        where T : class
    {
        var endpoint = await Control.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(message, x => configure?.Invoke(x), TestContext.Current.CancellationToken);
    }

    public async Task<string> UrlAsync(string queue) => (await Sqs.GetQueueUrlAsync(queue)).QueueUrl;

    public async Task<Dictionary<string, string>> AttributesAsync(string queue) =>
        (await Sqs.GetQueueAttributesAsync(await UrlAsync(queue), ["All"])).Attributes;

    /// <summary>Visible, in flight and delayed together.</summary>
    public async Task<int> CountAsync(string queue)
    {
        var attributes = await AttributesAsync(queue);
        return attributes.Where(x => x.Key.StartsWith("ApproximateNumberOfMessages", StringComparison.Ordinal))
            .Sum(x => int.Parse(x.Value, null));
    }

    public Task IsEmptyAsync(string queue) => Eventually.Is(async () => await CountAsync(queue) == 0, $"{queue} is empty");

    public async Task<bool> ExistsAsync(string queue)
    {
        try
        {
            await UrlAsync(queue);
            return true;
        }
        catch (QueueDoesNotExistException)
        {
            return false;
        }
    }

    /// <summary>Takes one message from a queue that nobody else reads.</summary>
    public async Task<Message> TakeAsync(string queue)
    {
        Message? taken = null;
        await Eventually.Is(async () =>
        {
            if (!await ExistsAsync(queue))
                return false;

            var response = await Sqs.ReceiveMessageAsync(new ReceiveMessageRequest(await UrlAsync(queue))
            {
                MessageAttributeNames = ["All"],
                MessageSystemAttributeNames = ["All"],
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

    // Short polls in real time: a stop waits for them.
    private sealed class Waits(ushort seconds) : IEndpointConfigurationObserver
    {
        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator
        {
            if (configurator is IAmazonSqsReceiveEndpointConfigurator sqs)
                sqs.WaitTimeSeconds = seconds;
        }
    }

    private sealed class CollectingLoggers(CollectingLogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
