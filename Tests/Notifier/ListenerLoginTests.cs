using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Tests.Notifier.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

/// <summary>The wires are ahead of the host's own middlewares, so who may listen is not for those to say.</summary>
public sealed class ListenerLoginTests : IAsyncLifetime
{
    private NotifierHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await NotifierHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/ws")]
    [InlineData("GET", "/WS/")]
    [InlineData("GET", "/hub")]
    [InlineData("POST", "/hub/negotiate?negotiateVersion=1")]
    [InlineData("POST", "/Hub/Negotiate?negotiateVersion=1")]
    public async Task Who_is_nobody_is_not_let_in_and_told_why(string method, string path)
    {
        using var response = await SendAsync(method, path, "not a user");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString()!.ShouldStartWith("A development user is");
        _host.Registry.Registrations.ShouldBe(0);
    }

    [Theory]
    [InlineData("GET", "/ws", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/wsx", HttpStatusCode.NotFound)]
    [InlineData("GET", "/ws/more", HttpStatusCode.NotFound)]
    [InlineData("POST", "/hub/negotiate?negotiateVersion=1", HttpStatusCode.OK)]
    public async Task Who_is_somebody_gets_what_there_is(string method, string path, HttpStatusCode status)
    {
        using var response = await SendAsync(method, path, "ana");

        response.StatusCode.ShouldBe(status);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string user)
    {
        using var client = new HttpClient { BaseAddress = _host.Http };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Dev-User", user);
        return await client.SendAsync(request, Token);
    }
}
