using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>What a suite runs on: SQS and SNS of some kind, and the clock that goes with them.</summary>
public abstract class Backend : IAsyncDisposable
{
    /// <summary>The clock of the buses and of consumers that wait.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Of a long poll.</summary>
    public abstract ushort WaitSeconds { get; }

    /// <summary>Whether minutes can pass within a test.</summary>
    public abstract bool TimeIsFree { get; }

    public abstract string UniqueName(string prefix = "t");

    public abstract ValueTask<Uri> Url();

    public abstract ValueTask DisposeAsync();

    /// <summary>A way out of its own, to count and to break.</summary>
    internal CountingHttp NewHttp() => new(Handler());

    /// <summary>To look at queues from outside.</summary>
    internal async Task<AmazonSQSClient> SqsAsync() => new(Credentials, new AmazonSQSConfig
    {
        ServiceURL = (await Url()).ToString(),
        AuthenticationRegion = Region,
        HttpClientFactory = NewHttp(),
    });

    internal async Task<AmazonSimpleNotificationServiceClient> SnsAsync() => new(Credentials, new AmazonSimpleNotificationServiceConfig
    {
        ServiceURL = (await Url()).ToString(),
        AuthenticationRegion = Region,
        HttpClientFactory = NewHttp(),
    });

    /// <summary>A bus on this, started.</summary>
    internal async Task<TestBus> StartAsync(Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register = null, CountingHttp? http = null, string? scope = null)
    {
        var bus = await CreateAsync(configure, register, http, scope);
        await bus.Control.StartAsync(TestContext.Current.CancellationToken);
        return bus;
    }

    /// <summary>A bus on this, not started.</summary>
    internal async Task<TestBus> CreateAsync(Action<IAmazonSqsBusFactoryConfigurator> configure,
        Action<IBusRegistrationConfigurator>? register = null, CountingHttp? http = null, string? scope = null) =>
        await TestBus.CreateAsync(this, scope ?? UniqueName("s"), configure, register, http ?? DefaultHttp());

    internal const string Region = "us-east-1";

    private protected abstract HttpMessageHandler Handler();

    /// <summary>Null: the transport's own pools.</summary>
    private protected abstract CountingHttp? DefaultHttp();

    private static BasicAWSCredentials Credentials => new(TestBus.Key, TestBus.Key);
}
