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
    private const string MetadataEndpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

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
        var asked = new TaskCompletionSource<string>();
        var answering = AnswerAsync(proxy, asked, token);
        await Task.WhenAny(call, asked.Task);

        asked.Task.IsCompletedSuccessfully.ShouldBeTrue("the call went through the proxy");
        (await asked.Task).ShouldContain("http://sqs.nowhere.test");
        await answering;
        await Should.ThrowAsync<AmazonSQSException>(call);
    }

    [Fact]
    public void What_a_user_leaves_open_shows_a_dead_broker_within_seconds()
    {
        var config = ClientConfigs.ForSends(Host());

        (config.Timeout, config.ConnectTimeout, config.MaxErrorRetry).ShouldBe((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), 2));
        config.RegionEndpoint.SystemName.ShouldBe("eu-west-1");
    }

    [Fact]
    public void The_machine_is_not_asked_where_it_is()
    {
        using var metadata = new TcpListener(IPAddress.Loopback, 0);
        metadata.Start();
        Environment.SetEnvironmentVariable(MetadataEndpoint, $"http://{metadata.LocalEndpoint}");
        try
        {
            var host = Host();
            host.Config(new AmazonSQSConfig { ServiceURL = "http://sqs.nowhere.test" });
            host.Config(new AmazonSimpleNotificationServiceConfig { RegionEndpoint = Amazon.RegionEndpoint.EUWest1 });

            ClientConfigs.ForSends(host);
            ClientConfigs.ForSns(host);

            metadata.Pending().ShouldBeFalse();
        }
        finally
        {
            Environment.SetEnvironmentVariable(MetadataEndpoint, null);
        }
    }

    private static SqsHostSettings Host() => new(new Uri("amazonsqs://eu-west-1"));

    /// <summary>The request line of the first connection, which gets a 400.</summary>
    private static async Task AnswerAsync(TcpListener proxy, TaskCompletionSource<string> asked, CancellationToken token)
    {
        using var connection = await proxy.AcceptTcpClientAsync(token);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        asked.SetResult(await reader.ReadLineAsync(token) ?? "");
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
    }
}
