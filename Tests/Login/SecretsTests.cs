using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Tests.Canaries;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>No token, key or ticket reaches a log, however much is logged.</summary>
public sealed class SecretsTests(StandInsFixture standIns)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_lets_somebody_in_is_logged_at_any_level()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var outputs = new Outputs();
        var logs = outputs.Logs;
        await using var app = await LoginHosts.StartAsync(standIns, new() { ["Login:Authority"] = authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience }, change: builder =>
        {
            // As who looks for a fault would: everything, ASP.NET's log of requests too.
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Trace",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
                ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
                ["Logging:LogLevel:Microsoft.Hosting"] = "Trace",
            });
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        });
        var address = new Uri(app.Urls.Single());
        var token = authority.Token("ana");
        using var client = LoginHosts.ClientOf(app, token);
        var (_, key) = await ApiKeyTests.MakeAsync(client);
        var made = await (await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token)).Content.ReadFromJsonAsync<JsonElement>(Token);
        var ticket = made.GetProperty("ticket").GetString()!;
        var expired = authority.Token("ana", c => c["exp"] = 1);

        using (var socket = await TicketTests.ConnectAsync(address, $"ticket={ticket}"))
            await socket.ReadStatusAsync("connected");
        await using (var hub = new HubConnectionBuilder().WithUrl(new Uri(address, $"/hub?access_token={token}")).Build())
            await hub.StartAsync(Token);
        using var nobody = LoginHosts.ClientOf(app, null);
        foreach (var path in new[] { $"/ws?ticket={ticket}", $"/hub?access_token={expired}", $"/chats?access_token={token}", $"/ws?ticket={expired}" })
            (await nobody.GetAsync(new Uri(path, UriKind.Relative), Token)).IsSuccessStatusCode.ShouldBeFalse();
        foreach (var bearer in new[] { key, key[..^1] + "x", expired, token + "x" })
        {
            using var other = LoginHosts.ClientOf(app, bearer);
            await other.GetAsync(new Uri("/chats", UriKind.Relative), Token);
            await other.GetAsync(new Uri("/v1/models", UriKind.Relative), Token);
        }

        await Eventually.Is(() => logs.Lines.Count(x => x.Contains("Request finished", StringComparison.Ordinal)) >= 12, "the requests are in the log");
        logs.Lines.ShouldContain(x => x.Contains("Request starting", StringComparison.Ordinal) && x.Contains("/ws?…", StringComparison.Ordinal));
        outputs.Find([new("ticket", ticket), new("signature", token.Split('.')[2]), new("claims", token.Split('.')[1]), new("expired", expired.Split('.')[2]), new("key", key[^43..])]).ShouldBeEmpty();
    }
}
