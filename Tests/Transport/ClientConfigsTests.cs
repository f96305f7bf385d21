using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class ClientConfigsTests
{
    [Fact]
    public void What_a_user_sets_is_kept_for_sends_polls_and_topics()
    {
        var host = Host();
        host.Config(new AmazonSQSConfig { ProxyHost = "proxy.test", ProxyPort = 3128, MaxConnectionsPerServer = 7, FastFailRequests = true });
        host.Config(new AmazonSimpleNotificationServiceConfig { ProxyHost = "proxy.test", ProxyPort = 3128, UseFIPSEndpoint = true });

        ClientConfig[] configs = [ClientConfigs.ForSends(host), ClientConfigs.ForPolls(host), ClientConfigs.ForSns(host)];

        configs.Select(x => (x.ProxyHost, x.ProxyPort)).ShouldAllBe(x => x.ProxyHost == "proxy.test" && x.ProxyPort == 3128);
        configs[0].MaxConnectionsPerServer.ShouldBe(7);
        configs[1].FastFailRequests.ShouldBeTrue();
        configs[2].UseFIPSEndpoint.ShouldBeTrue();
        configs[2].EndpointProvider.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_proxy_is_used()
    {
        var token = TestContext.Current.CancellationToken;
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var host = Host();
        host.Config(new AmazonSQSConfig
        {
            ServiceURL = "http://sqs.nowhere.test",
            ProxyHost = "127.0.0.1",
            ProxyPort = ((IPEndPoint)proxy.LocalEndpoint).Port,
            MaxErrorRetry = 0,
        });
        using var client = new AmazonSQSClient(new BasicAWSCredentials("a", "b"), ClientConfigs.ForSends(host));

        var call = client.ListQueuesAsync("", token);
        var first = await Task.WhenAny(call, AnswerAsync(proxy, token));

        first.ShouldNotBeSameAs(call);
        (await (Task<string>)first).ShouldContain("http://sqs.nowhere.test");
        await Should.ThrowAsync<AmazonSQSException>(call);
    }

    [Fact]
    public void What_a_user_leaves_open_shows_a_dead_broker_within_seconds()
    {
        var config = ClientConfigs.ForSends(Host());

        (config.Timeout, config.ConnectTimeout, config.MaxErrorRetry).ShouldBe((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), 2));
        config.RegionEndpoint.SystemName.ShouldBe("eu-west-1");
    }

    private static SqsHostSettings Host() => new(new Uri("amazonsqs://eu-west-1"));

    /// <summary>The request line of the first connection, which gets a 400.</summary>
    private static async Task<string> AnswerAsync(TcpListener proxy, CancellationToken token)
    {
        using var connection = await proxy.AcceptTcpClientAsync(token);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(token);
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
        return line ?? "";
    }
}
