using Amazon.SQS;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace CloudIa.Tests.Sagas.DeadLetters;

/// <summary>The Sagas service as its Program builds it, over stand-ins of its own, with nobody behind the commands' queues.</summary>
public sealed class SagasFixture(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly OwnStandIns _own = new(standIns);
    private WebApplication _app = null!;

    public IServiceProvider Services => _app.Services;

    internal AmazonSQSClient Sqs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // A Redis of its own: this sweeper has the real clock, other tests' jobs have not.
        var (sqs, redis) = (await _own.SqsAsync(), await _own.GarnetAsync());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Messaging:ServiceUrl"] = sqs.ServiceUrl.ToString(),
            ["Messaging:AccessKey"] = StandInsFixture.Key,
            ["Messaging:SecretKey"] = StandInsFixture.Key,
            ["Messaging:WaitTimeSeconds"] = "1",
            ["Store:ServiceUrl"] = (await standIns.DynamoDbUrl()).ToString(),
            ["Store:AccessKey"] = StandInsFixture.Key,
            ["Store:SecretKey"] = StandInsFixture.Key,
            ["Store:TableName"] = standIns.UniqueName("table"),
            ["Redis:ConnectionString"] = redis.ConnectionString,
        });
        builder.AddServiceDefaults("sagas");
        builder.Logging.ClearProviders();
        builder.AddSagas();
        builder.AddBus(SagasServices.AddSagas, SagasServices.AddEndpoints);
        _app = builder.Build();
        await Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(TestContext.Current.CancellationToken);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Sqs = Services.GetRequiredService<IOptions<MessagingOptions>>().Value.CreateSqsClient();
        await Eventually.Is(() => Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus is ready");
    }

    public async ValueTask DisposeAsync()
    {
        Sqs?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        await _own.DisposeAsync();
    }
}
