using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using CloudIa.ServiceDefaults;
using CloudIa.Store.ApiKeys;
using CloudIa.Store.Audit;
using CloudIa.Store.Chats;
using CloudIa.Store.Erasure;
using CloudIa.Store.Failures;
using CloudIa.Store.Jobs;
using CloudIa.Store.Operations;
using CloudIa.Store.Tables;
using CloudIa.Store.Usage;
using CloudIa.Store.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudIa.Store;

/// <summary>Adds the DynamoDB store.</summary>
public static class StoreServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IJobStore"/>, <see cref="IJobQueries"/>, <see cref="IChatStore"/>, <see cref="IFailureStore"/>, <see cref="IWebhookStore"/>, <see cref="IDeliveryStore"/>, <see cref="IApiKeyStore"/>,
    /// <see cref="IUsageStore"/>, <see cref="IAuditStore"/>, <see cref="IErasureStore"/>, <see cref="IOperationStore"/>, <see cref="IUserDataStore"/> and <see cref="IStoreTable"/> over the table of <see cref="StoreOptions"/>.
    /// </summary>
    public static IServiceCollection AddStore(this IServiceCollection services)
    {
        services.AddOptions<StoreOptions>().BindConfiguration(StoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StoreOptions>>(new SettingsValidator<StoreOptions>(StoreOptions.Section));
        services.AddSingleton<IAmazonDynamoDB>(provider => CreateClient(provider.GetRequiredService<IOptions<StoreOptions>>().Value));
        services.AddSingleton<IStoreTable, StoreTable>();
        services.AddSingleton<IJobStore, JobStore>();
        services.AddSingleton<IJobQueries, JobQueries>();
        services.AddSingleton<IChatStore, ChatStore>();
        services.AddSingleton<IFailureStore, FailureStore>();
        services.AddSingleton<IWebhookStore, WebhookStore>();
        services.AddSingleton<IDeliveryStore, DeliveryStore>();
        services.AddSingleton<IApiKeyStore, ApiKeyStore>();
        services.AddSingleton<IUsageStore, UsageStore>();
        services.AddSingleton<IAuditStore, AuditStore>();
        services.AddSingleton<IErasureStore, ErasureStore>();
        services.AddSingleton<IOperationStore, OperationStore>();
        services.AddSingleton<IUserDataStore, UserDataStore>();
        return services;
    }

    private static AmazonDynamoDBClient CreateClient(StoreOptions options)
    {
        var config = new AmazonDynamoDBConfig
        {
            Timeout = TimeSpan.FromSeconds(options.RequestTimeoutSeconds),
            MaxErrorRetry = options.MaxErrorRetry,
        };
        if (options.ServiceUrl is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.ServiceUrl;
            config.AuthenticationRegion = options.Region;
        }

        return string.IsNullOrEmpty(options.AccessKey)
            ? new AmazonDynamoDBClient(config)
            : new AmazonDynamoDBClient(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }
}
