using System.Diagnostics.CodeAnalysis;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace MassTransit.Testing;

/// <summary>
/// MassTransit's bus test harness on a stand-in of SQS and SNS (LocalStack's address unless told) or on AWS itself. It empties the queues of
/// its input endpoint before it starts.
/// </summary>
public class AmazonSqsTestHarness : BusTestHarness
{
    private Uri _hostAddress;
    private Uri? _inputQueueAddress;

    /// <summary>On <c>http://localhost:4566</c>.</summary>
    public AmazonSqsTestHarness()
        : this("us-east-1", "admin", "admin")
    {
        AmazonSqsConfig = new AmazonSQSConfig { ServiceURL = LocalUrl };
        AmazonSnsConfig = new AmazonSimpleNotificationServiceConfig { ServiceURL = LocalUrl };
    }

    /// <param name="host">The region.</param>
    /// <param name="accessKey">A key that may do what the transport's README lists.</param>
    /// <param name="secretKey">Its secret.</param>
    public AmazonSqsTestHarness(string host, string accessKey, string secretKey)
    {
        _hostAddress = new Uri($"{AmazonSqsHostAddress.AmazonSqsScheme}://{host}");
        (AccessKey, SecretKey) = (accessKey, secretKey);
    }

    public event Action<IAmazonSqsBusFactoryConfigurator>? OnConfigureAmazonSqsBus;

    public event Action<IAmazonSqsReceiveEndpointConfigurator>? OnConfigureAmazonSqsReceiveEndpoint;

    public event Action<IAmazonSqsHostConfigurator>? OnConfigureAmazonSqsHost;

    public event Action<IAmazonSQS, IAmazonSimpleNotificationService>? OnCleanupVirtualHost;

    public string AccessKey { get; }

    public string SecretKey { get; }

    public AmazonSQSConfig? AmazonSqsConfig { get; private set; }

    public AmazonSimpleNotificationServiceConfig? AmazonSnsConfig { get; private set; }

    public Uri HostAddress
    {
        get => _hostAddress;
        set => (_hostAddress, _inputQueueAddress) = (value, null);
    }

    public override string InputQueueName => "input_queue";

    public override Uri InputQueueAddress => _inputQueueAddress ?? new AmazonSqsEndpointAddress(HostAddress, InputQueueName);

    private static string LocalUrl => "http://localhost:4566";

    public AmazonSqsHostSettings GetHostSettings()
    {
        var settings = new CloudIa.Transport.Hosting.SqsHostSettings(HostAddress);
        ConfigureSettings(settings);
        return settings;
    }

    /// <summary>Empties a queue with its <c>_skipped</c> and <c>_error</c>, those of them that there are.</summary>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "An instance's, as in the official package.")]
    public void CleanUpQueue(IAmazonSQS amazonSqs, string queueName)
    {
        ArgumentNullException.ThrowIfNull(amazonSqs);
        CleanUpQueueAsync(amazonSqs, queueName).GetAwaiter().GetResult();
    }

    protected virtual void ConfigureAmazonSqsBus(IAmazonSqsBusFactoryConfigurator configurator) =>
        OnConfigureAmazonSqsBus?.Invoke(configurator);

    protected virtual void ConfigureAmazonSqsReceiveEndpoint(IAmazonSqsReceiveEndpointConfigurator configurator) =>
        OnConfigureAmazonSqsReceiveEndpoint?.Invoke(configurator);

    protected virtual void ConfigureAmazonSqsHost(IAmazonSqsHostConfigurator configurator) =>
        OnConfigureAmazonSqsHost?.Invoke(configurator);

    protected virtual void CleanupVirtualHost(IAmazonSQS amazonSqs, IAmazonSimpleNotificationService amazonSns) =>
        OnCleanupVirtualHost?.Invoke(amazonSqs, amazonSns);

    protected virtual void ConfigureHost(IAmazonSqsBusFactoryConfigurator configurator) =>
        configurator.Host(HostAddress, ConfigureSettings);

    protected override async Task<IBusControl> CreateBus()
    {
        using (var connection = GetHostSettings().CreateConnection())
        {
            await CleanUpQueueAsync(connection.SqsClient, InputQueueName).ConfigureAwait(false);
            CleanupVirtualHost(connection.SqsClient, connection.SnsClient);
        }

        return AmazonSqsBusFactory.Create(x =>
        {
            ConfigureHost(x);
            x.WaitTimeSeconds = 1;
            ConfigureBus(x);
            ConfigureAmazonSqsBus(x);
            x.ReceiveEndpoint(InputQueueName, e =>
            {
                e.PrefetchCount = 1;
                e.WaitTimeSeconds = 1;
                ConfigureReceiveEndpoint(e);
                ConfigureAmazonSqsReceiveEndpoint(e);
                _inputQueueAddress = e.InputAddress;
            });
        });
    }

    private static async Task CleanUpQueueAsync(IAmazonSQS sqs, string queueName)
    {
        foreach (var name in (string[])[queueName, queueName + "_skipped", queueName + "_error"])
        {
            try
            {
                var queue = await sqs.GetQueueUrlAsync(name).ConfigureAwait(false);
                await sqs.PurgeQueueAsync(queue.QueueUrl).ConfigureAwait(false);
            }
            catch (QueueDoesNotExistException)
            {
                // Nothing to empty.
            }
        }
    }

    private void ConfigureSettings(IAmazonSqsHostConfigurator host)
    {
        host.AccessKey(AccessKey);
        host.SecretKey(SecretKey);
        if (AmazonSqsConfig is not null)
            host.Config(AmazonSqsConfig);
        if (AmazonSnsConfig is not null)
            host.Config(AmazonSnsConfig);
        ConfigureAmazonSqsHost(host);
    }
}
