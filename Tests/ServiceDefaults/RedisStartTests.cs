using CloudIa.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

public sealed class RedisStartTests
{
    [Fact]
    public async Task Redis_is_connected_to_before_anything_is_served()
    {
        List<string> done = [];
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Redis:ConnectionString", "nowhere"), new("Store:Region", "us-east-1")]);
        builder.AddServiceDefaults("test");
        builder.Services.AddSingleton(_ =>
        {
            done.Add("connected");
            return Substitute.For<IConnectionMultiplexer>();
        });
        await using var app = builder.Build();
        using var served = app.Lifetime.ApplicationStarted.Register(() => done.Add("served"));

        await app.StartAsync(TestContext.Current.CancellationToken);

        done.ShouldBe(["connected", "served"]);
    }
}
