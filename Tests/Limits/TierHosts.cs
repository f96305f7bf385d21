using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>Two processes' worth of Api and Notifier over one Redis and one table, in Production, with tiers: the real logins. Nobody is behind the queues.</summary>
public sealed class TierHosts(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly List<WebApplication> _hosts = [];
    private TestAuthority _authority = null!;

    public IServiceProvider Services => _hosts[0].Services;

    public Uri Address => new(_hosts[0].Urls.Single());

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        var (table, prefix) = (standIns.UniqueName("table"), standIns.UniqueName("tiers") + ":");
        for (var n = 0; n < 2; n++)
        {
            _hosts.Add(await LoginHosts.StartAsync(standIns, new()
            {
                ["Store:TableName"] = table,
                ["EventLog:KeyPrefix"] = prefix,
                ["Login:Authority"] = _authority.Issuer,
                ["Login:Audiences:0"] = LoginHosts.Audience,
                ["Limits:RequestsPerMinute"] = "0",
                ["Limits:ConcurrentJobs"] = "5",
                ["Limits:Connections"] = "3",
                ["Limits:TierClaim"] = "app.plan",
                ["Limits:Tiers:0:Name"] = "pro",
                ["Limits:Tiers:0:ConcurrentJobs"] = "7",
                ["Limits:Tiers:0:Connections"] = "2",
                ["Limits:Tiers:0:RequestsPerMinute"] = "500",
                ["Limits:Tiers:1:Name"] = "free",
                ["Limits:Tiers:1:ConcurrentJobs"] = "3",
            }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await _authority.DisposeAsync();
    }

    /// <param name="plan">The claim; null: there is none.</param>
    public string Token(string user, object? plan) => _authority.Token(user, c => c["app"] = plan is null ? null : new { plan });

    /// <param name="host">0 or 1.</param>
    public HttpClient Client(string? token, int host = 0) => LoginHosts.ClientOf(_hosts[host], token);
}
