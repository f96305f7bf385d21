using System.Net.Sockets;
using System.Text;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>What a connection may cost, as a client sees it that writes its own bytes.</summary>
public sealed class HttpLimitTests(StandInsFixture standIns)
{
    private const string End = "Host: localhost\r\nConnection: close\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a line too long", 414)]
    [InlineData("headers too large", 431)]
    [InlineData("too many headers", 431)]
    [InlineData("headers too slow", 408)]
    [InlineData("a body too large", 413)]
    [InlineData("a body too slow", 408)]
    [InlineData("all that fits", 200)]
    public async Task More_than_is_allowed_is_refused(string what, int status)
    {
        await using var app = await EdgeHost.StartAsync(standIns, settings:
        [
            ("Http:MaxRequestLineBytes", "2048"), ("Http:MaxHeaderBytes", "8192"), ("Http:MaxHeaders", "20"), ("Http:RequestHeadersTimeout", "00:00:01"), ("Http:MaxBodyBytes", "2048"), ("Http:MinBytesPerSecond", "100000"),
        ]);
        var request = what switch
        {
            "a line too long" => $"GET /from?{new string('x', 2048)} HTTP/1.1\r\n{End}",
            "headers too large" => $"GET /from HTTP/1.1\r\nX-Large: {new string('x', 8192)}\r\n{End}",
            "too many headers" => $"GET /from HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 20).Select(x => $"X-{x}: y\r\n"))}{End}",
            "headers too slow" => "GET /from HTTP/1.1\r\nHost: localhost\r\n",
            "a body too large" => $"POST /body HTTP/1.1\r\nContent-Length: 2049\r\n{End}{new string('x', 2049)}",
            "a body too slow" => $"POST /body HTTP/1.1\r\nContent-Length: 2048\r\n{End}x",
            _ => $"POST /body?{new string('x', 1900)} HTTP/1.1\r\nX-Large: {new string('x', 7000)}\r\nContent-Length: 2048\r\n{End}{new string('x', 2048)}",
        };

        (await AskAsync(new Uri(app.Urls.Single()), request)).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Fact]
    public async Task One_connection_too_many_is_closed()
    {
        await using var app = await EdgeHost.StartAsync(standIns, settings: [("Http:MaxConnections", "1")]);
        var address = new Uri(app.Urls.Single());
        using var first = new TcpClient();
        await first.ConnectAsync(address.Host, address.Port, Token);
        await first.GetStream().WriteAsync("GET /from HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Token);
        await first.GetStream().ReadAtLeastAsync(new byte[100], 20, cancellationToken: Token);

        (await AskAsync(address, $"GET /from HTTP/1.1\r\n{End}")).ShouldBeEmpty();
        first.Close();

        await Eventually.Is(async () => (await AskAsync(address, $"GET /from HTTP/1.1\r\n{End}")).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), "its place is free");
    }

    [Fact]
    public async Task A_connection_without_a_request_is_closed()
    {
        await using var app = await EdgeHost.StartAsync(standIns, settings: [("Http:KeepAliveTimeout", "00:00:01")]);

        // It is read until the connection ends: by itself that takes 130 s.
        var asking = AskAsync(new Uri(app.Urls.Single()), "GET /from HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (await asking.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldStartWith("HTTP/1.1 200 ");
    }

    /// <summary>The answer; empty where the connection was closed without one.</summary>
    private static async Task<string> AskAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        using var answer = new MemoryStream();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);
            await client.GetStream().CopyToAsync(answer, Token);
        }
        catch (IOException)
        {
            // Closed while it was written or read: what came before that counts.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
