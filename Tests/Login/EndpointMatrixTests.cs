using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>All endpoints × (owner, other user, nobody, operator), on a host with all services that have some.</summary>
public sealed class EndpointMatrixTests(StandInsFixture standIns) : IAsyncLifetime
{
    private TestAuthority _authority = null!;
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Login:Authority"] = _authority.Issuer,
            ["Login:Audiences:0"] = LoginHosts.Audience,
            // Nobody answers these jobs, so that their places are not free again.
            ["Limits:ConcurrentJobs"] = "1000",
            ["Limits:RequestsPerMinute"] = "10000",
        };
        _app = await LoginHosts.StartAsync(standIns, settings, map: app =>
        {
            app.MapGet("/ops/test", () => "operators").RequireOperator();
            app.MapGet("/ops/read", () => "readers").RequireReader();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task Each_endpoint_answers_each_of_them_as_it_should()
    {
        using var owner = Client("ana");
        using var other = Client("ben");
        using var boss = Client("boss", "operator");
        using var nobody = LoginHosts.ClientOf(_app, null);
        List<string> wrong = [];
        foreach (var row in EndpointRow.All)
        {
            // The owner last: it may delete what the others are to miss.
            foreach (var (who, client, expected) in new[] { ("nobody", nobody, row.Nobody), ("other", other, row.Other), ("operator", boss, row.Operator), ("owner", owner, row.Owner) })
            {
                var asked = client == owner ? row : row with { Body = row.Body?.Replace(EndpointRow.Canary, "hello", StringComparison.Ordinal) };
                var (status, body) = await SendAsync(client, asked, await PathAsync(owner, row));
                if (!expected.Split(',').Contains($"{status}"))
                    wrong.Add($"{row.Key} by {who}: {status} and not {expected}: {body[..Math.Min(body.Length, 300)]}");
                if (client != owner && body.Contains(EndpointRow.Canary, StringComparison.Ordinal))
                    wrong.Add($"{row.Key} by {who} shows what the owner said");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Each_endpoint_has_a_row()
    {
        var mapped = _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(x => (x.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).DefaultIfEmpty("ANY").Select(method => $"{method} /{x.RoutePattern.RawText!.Trim('/')}"))
            .Distinct().ToList();

        mapped.Count.ShouldBeGreaterThan(30);
        mapped.Except(EndpointRow.All.Select(x => x.Key)).ShouldBeEmpty("endpoints without a row");
        EndpointRow.All.Select(x => x.Key).Except(mapped).Except(["GET /ws"]).ShouldBeEmpty("rows without an endpoint");
    }

    [Fact]
    public async Task A_reader_reads_and_does_not_operate_and_a_key_of_an_operator_does_neither()
    {
        using var reader = Client("rita", "reader");
        using var boss = Client("boss", "operator");
        var (_, key) = await ApiKeyTests.MakeAsync(boss);
        using var program = LoginHosts.ClientOf(_app, key);

        (await StatusAsync(reader, "/ops/read"), await StatusAsync(reader, "/ops/test")).ShouldBe((200, 403));
        (await StatusAsync(program, "/ops/read"), await StatusAsync(program, "/ops/test"), await StatusAsync(program, "/chats")).ShouldBe((403, 403, 200));
    }

    private HttpClient Client(string user, string? role = null) => LoginHosts.ClientOf(_app, _authority.Token(user, c => c["roles"] = role is null ? null : new[] { role }));

    private static async Task<int> StatusAsync(HttpClient client, string path) => (int)(await client.GetAsync(new Uri(path, UriKind.Relative), Token)).StatusCode;

    private static async Task<(int Status, string Body)> SendAsync(HttpClient client, EndpointRow row, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(row.SendAs), path + row.Query);
        if (row.Body is not null)
            request.Content = new StringContent(row.Body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return ((int)response.StatusCode, isStream ? "a stream" : await response.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The path of a thing of the owner's that was made for this.</summary>
    private static async Task<string> PathAsync(HttpClient owner, EndpointRow row)
    {
        var path = row.Route.Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{*model}", "echo", StringComparison.Ordinal)
            .Replace("{provider}", "no-such-provider", StringComparison.Ordinal).Replace("{id:guid}", $"{Guid.Empty}", StringComparison.Ordinal);
        foreach (var (place, at, body, field) in new[]
        {
            ("{jobId:guid}", "/chat", EndpointRow.NewChat, "jobId"), ("{chatId:guid}", "/chat", EndpointRow.NewChat, "chatId"), ("{id}", "/v1/responses", EndpointRow.NewResponse, "id"),
            ("{webhookId:guid}", "/webhooks", EndpointRow.NewWebhook, "webhookId"), ("{keyId:guid}", "/me/keys", EndpointRow.NewKey, "keyId"),
        })
        {
            if (path.Contains(place, StringComparison.Ordinal))
                path = path.Replace(place, await MadeAsync(owner, at, body, field), StringComparison.Ordinal);
        }

        return path;
    }

    private static async Task<string> MadeAsync(HttpClient owner, string path, string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await owner.PostAsync(new Uri(path, UriKind.Relative), content, Token);

        // As many as there can be: the first of them does as well.
        var made = response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>(Token)
            : (await owner.GetFromJsonAsync<JsonElement>(path, Token)).GetProperty("items")[0];
        return made.GetProperty(field).GetString()!;
    }
}
