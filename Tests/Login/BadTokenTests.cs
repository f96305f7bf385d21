using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>Several hundred bad tokens on the real pipeline: each is a 401, and none anything else.</summary>
public sealed class BadTokenTests(LoginHosts hosts) : IClassFixture<LoginHosts>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Rules => [.. BadTokens.Rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task None_gets_in_with(string rule)
    {
        using var client = Client();
        List<string> wrong = [];
        var tokens = BadTokens.Rules[rule](hosts.Authority).ToList();
        tokens.ShouldNotBeEmpty();

        foreach (var (name, token) in tokens)
        {
            if (await WhatIsWrongAsync(client, $"Bearer {token}") is { } problem)
                wrong.Add($"{name}: {problem}");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void There_are_several_hundred() => BadTokens.Rules.Values.Sum(rule => rule(hosts.Authority).Count()).ShouldBeGreaterThan(600);

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer   ")]
    [InlineData("Basic {0}")]
    [InlineData("Digest {0}")]
    [InlineData("Token {0}")]
    [InlineData("DPoP {0}")]
    [InlineData("Ticket {0}")]
    [InlineData("Bearer{0}")]
    [InlineData("Bearer\t{0}")]
    [InlineData("{0}")]
    [InlineData("Bearer Bearer {0}")]
    [InlineData("Bearer {0} {0}")]
    [InlineData("Bearer {0}, Bearer {0}")]
    [InlineData("Bearer {0},Bearer x")]
    [InlineData("Basic x, Bearer {0}")]
    [InlineData("Bearer x, Bearer {0}")]
    [InlineData("Bearer token={0}")]
    [InlineData("Bearer \"{0}\"")]
    public async Task A_good_token_that_is_not_sent_as_it_should_be_is_none(string form)
    {
        using var client = Client();

        (await WhatIsWrongAsync(client, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, hosts.Authority.Token(BadTokens.Canary)))).ShouldBeNull();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task More_than_one_header_is_none_even_if_each_is_good(int count)
    {
        var token = hosts.Authority.Token(BadTokens.Canary);
        var head = string.Concat(Enumerable.Repeat($"Authorization: Bearer {token}\r\n", count));

        (await AskAsync(head)).ShouldBe("HTTP/1.1 401 Unauthorized");
        (await AskAsync($"Authorization: Bearer {token}\r\n")).ShouldBe("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task One_that_is_longer_than_what_the_server_reads_is_its_431()
    {
        using var client = hosts.Client(hosts.Authority.Token("ana", c => c["more"] = new string('a', 40_000)));

        (await client.GetAsync(new Uri("/chats", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("ticket")]
    [InlineData("token")]
    public async Task A_token_in_the_query_of_an_HTTP_request_is_none(string name)
    {
        using var client = hosts.Client(null);

        (await client.GetAsync(new Uri($"/chats?{name}={hosts.Authority.Token("ana")}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private HttpClient Client() => new(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = hosts.Address };

    private static async Task<string?> WhatIsWrongAsync(HttpClient client, string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chats");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await client.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return $"{(int)response.StatusCode} {text}";
        if (response.Headers.WwwAuthenticate.SingleOrDefault()?.Scheme != "Bearer")
            return "no WWW-Authenticate";
        if (text.Contains(BadTokens.Canary, StringComparison.Ordinal) || response.Headers.ToString().Contains(BadTokens.Canary, StringComparison.Ordinal))
            return "it says what was in the token";

        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        return problem.GetProperty("type").GetString() == "urn:cloudia:problem:unauthorized" && problem.GetProperty("detail").GetString() is { Length: > 0 } ? null : text;
    }

    /// <summary>The first line of the answer to a request as it is written here: HttpClient would join headers.</summary>
    private async Task<string> AskAsync(string headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(hosts.Address.Host, hosts.Address.Port, Token);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /chats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Token) ?? "nothing";
    }
}
