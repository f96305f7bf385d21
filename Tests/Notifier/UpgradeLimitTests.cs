using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Notifier;
using CloudIa.ServiceDefaults.Http;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

/// <summary>As many WebSockets as <c>Http:MaxUpgradedConnections</c>, over a real Kestrel.</summary>
public sealed class UpgradeLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NotifierPaths.WebSocket)]
    [InlineData(NotifierPaths.Hub)]
    public async Task One_WebSocket_too_many_hears_why_and_when_to_come_again(string path)
    {
        await using var host = await NotifierHost.StartOverAsync(services => services.AddHttpLimits(), ("Http:MaxUpgradedConnections", "1"));
        using var first = await host.ConnectAsync();
        await first.ReadStatusAsync("connected");

        using var refused = await AskAsync(host, path);

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        refused.Headers.Contains("Sec-WebSocket-Accept").ShouldBeFalse();
        (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("type").GetString().ShouldBe("urn:cloudia:problem:server-full");
        host.Logs.Lines.ShouldNotContain(x => x.Contains("nobody handled", StringComparison.Ordinal));
        await Eventually.Is(async () => (await host.Registry.GetAsync("ana", Token)).Count == 1, "who was refused is no listener");

        first.Socket.Abort();

        await Eventually.Is(async () =>
        {
            using var answer = await AskAsync(host, path);
            return answer.StatusCode == HttpStatusCode.SwitchingProtocols;
        }, "the place is free");
    }

    private static async Task<HttpResponseMessage> AskAsync(NotifierHost host, string path)
    {
        // As a WebSocket client would, which shows no body.
        using var client = new HttpClient { BaseAddress = host.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in new[] { ("X-Dev-User", "ana"), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==") })
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }
}
