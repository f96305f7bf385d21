using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chat;
using CloudIa.Api.OpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>A client that sends too much gets its 413, whichever way it sends; over a bare socket, so that nothing is repeated or mended in between.</summary>
public sealed class BodyLimitTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    public static TheoryData<string, int> Limits => new() { { "/chat", ChatRequestReader.MaxBodyBytes }, { "/v1/chat/completions", CompletionRequestReader.MaxBodyBytes } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Who_writes_all_before_it_reads_gets_the_answer_and_keeps_its_connection(string path, int limit)
    {
        using var connection = await ConnectAsync();
        await WriteAsync(connection, $"{Head(path)}Content-Length: {limit + BodyLimit.Dropped}\r\n\r\n");
        await WriteSpacesAsync(connection, limit + BodyLimit.Dropped);

        (await ReadUntilAsync(connection, "_too_large\"", "body-too-large\"")).ShouldStartWith("HTTP/1.1 413 ");

        await WriteAsync(connection, $"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Dev-User: {_user}\r\n\r\n");
        await ReadUntilAsync(connection, "HTTP/1.1 200 OK");
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task So_does_who_does_not_say_how_much_it_sends(string path, int limit)
    {
        using var connection = await ConnectAsync();
        await WriteAsync(connection, $"{Head(path)}Transfer-Encoding: chunked\r\n\r\n{limit + 1:x}\r\n");
        await WriteSpacesAsync(connection, limit + 1);
        await WriteAsync(connection, "\r\n0\r\n\r\n");

        (await ReadUntilAsync(connection, "_too_large\"", "body-too-large\"")).ShouldStartWith("HTTP/1.1 413 ");
    }

    /// <summary>A 400 would tell the client that the request is wrong, and not to send it again.</summary>
    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Who_does_not_go_on_sending_is_told_that_it_took_too_long(string path, int limit)
    {
        using var connection = await ConnectAsync();

        await WriteAsync(connection, $"{Head(path)}Content-Length: {limit}\r\n\r\n ");

        (await ReadUntilAsync(connection, "too slowly")).ShouldStartWith("HTTP/1.1 408 ");
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Who_asks_first_is_not_told_to_go_on(string path, int limit)
    {
        using var connection = await ConnectAsync();

        await WriteAsync(connection, $"{Head(path)}Expect: 100-continue\r\nContent-Length: {limit + 1}\r\n\r\n");

        (await ReadUntilAsync(connection, "_too_large\"", "body-too-large\"")).ShouldStartWith("HTTP/1.1 413 ");
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_body_of_the_largest_size_is_read(string path, int limit)
    {
        using var content = new StringContent(new JsonObject().ToJsonString().PadRight(limit), Encoding.UTF8, "application/json");

        using var response = await api.Client(_user).PostAsync(new Uri(path, UriKind.Relative), content, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private string Head(string path) => $"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Dev-User: {_user}\r\nContent-Type: application/json\r\n";

    private async Task<NetworkStream> ConnectAsync()
    {
        var address = api.Client(_user).BaseAddress!;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, Token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task WriteAsync(NetworkStream connection, string text) => await connection.WriteAsync(Encoding.ASCII.GetBytes(text), Token);

    private static async Task WriteSpacesAsync(NetworkStream connection, int count)
    {
        var spaces = new byte[64 * 1024];
        spaces.AsSpan().Fill((byte)' ');
        for (var left = count; left > 0; left -= spaces.Length)
            await connection.WriteAsync(spaces.AsMemory(0, Math.Min(left, spaces.Length)), Token);
    }

    /// <summary>Fails where the connection ends before.</summary>
    private static async Task<string> ReadUntilAsync(NetworkStream connection, params string[] oneOf)
    {
        var text = "";
        var buffer = new byte[16 * 1024];
        while (!oneOf.Any(x => text.Contains(x, StringComparison.Ordinal)))
        {
            var count = await connection.ReadAsync(buffer, Token);
            count.ShouldBeGreaterThan(0, text);
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return text;
    }
}
