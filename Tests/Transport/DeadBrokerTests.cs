using System.Diagnostics;
using Amazon.SQS;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>Over real sockets and the transport's own connection pools.</summary>
public sealed class DeadBrokerTests
{
    [Fact]
    public async Task A_send_to_a_dead_endpoint_fails_with_an_exception_within_seconds()
    {
        // Nobody listens on port 9 (discard).
        var bus = AmazonSqsBusFactory.Create(cfg => cfg.Host(Backend.Region, h =>
        {
            h.AccessKey(TestBus.Key);
            h.SecretKey(TestBus.Key);
            h.Config(new AmazonSQSConfig { ServiceURL = "http://127.0.0.1:9" });
        }));
        var started = bus.StartAsync(CancellationToken.None);
        var endpoint = await bus.GetSendEndpoint(new Uri("queue:nowhere"));

        var watch = Stopwatch.StartNew();
        var failure = await Should.ThrowAsync<AmazonSqsConnectionException>(() =>
            endpoint.Send(new Ping { Number = 1 }, TestContext.Current.CancellationToken));

        // Three attempts and their pauses; minutes would be a caller that hangs.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        failure.Message.ShouldContain("nowhere");
        started.IsCompletedSuccessfully.ShouldBeFalse();
        await bus.StopAsync(CancellationToken.None);
    }
}
