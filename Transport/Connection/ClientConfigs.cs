using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Hosting;

namespace CloudIa.Transport.Connection;

/// <summary>Makes our clients' settings from what a user gave, with defaults under which a dead broker shows within seconds.</summary>
internal static class ClientConfigs
{
    private const int Retries = 2;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollAnswerTimeout = TimeSpan.FromSeconds(15);

    public static AmazonSQSConfig ForSends(SqsHostSettings host) => From(new AmazonSQSConfig(), host.SqsConfig, host, SendTimeout);

    // A poll is tried again by its loop, not by the SDK: the loop knows whether anybody still wants it.
    public static AmazonSQSConfig ForPolls(SqsHostSettings host)
    {
        var config = From(new AmazonSQSConfig(), host.SqsConfig, host,
            TimeSpan.FromSeconds(AwsLimits.WaitSeconds) + PollAnswerTimeout, ignoreTimeout: true);
        config.MaxErrorRetry = 0;
        return config;
    }

    public static AmazonSimpleNotificationServiceConfig ForSns(SqsHostSettings host) =>
        From(new AmazonSimpleNotificationServiceConfig(), host.SnsConfig, host, SendTimeout);

    private static T From<T>(T config, T? user, SqsHostSettings host, TimeSpan timeout, bool ignoreTimeout = false)
        where T : ClientConfig
    {
        config.MaxErrorRetry = user is { IsMaxErrorRetrySet: true } ? user.MaxErrorRetry : Retries;
        config.Timeout = ignoreTimeout ? timeout : user?.Timeout ?? timeout;
        config.ConnectTimeout = user?.ConnectTimeout ?? ConnectTimeout;
        if (user is not null)
            CopyRest(user, config);

        // One of the two, and the service URL wins: each setter resets the other.
        if (!string.IsNullOrEmpty(user?.ServiceURL))
            config.ServiceURL = user.ServiceURL;
        else
            config.RegionEndpoint = user?.RegionEndpoint ?? host.Region;
        config.AuthenticationRegion = user?.AuthenticationRegion ?? host.Region?.SystemName;
        config.HttpClientFactory = user?.HttpClientFactory ?? new HttpClientPool(config.Timeout.Value, config.ConnectTimeout.Value);
        return config;
    }

    private static void CopyRest(ClientConfig user, ClientConfig config)
    {
        config.UseHttp = user.UseHttp;
        config.RetryMode = user.RetryMode;
        config.ThrottleRetries = user.ThrottleRetries;
        config.UseFIPSEndpoint = user.UseFIPSEndpoint;
        config.UseDualstackEndpoint = user.UseDualstackEndpoint;
        config.IgnoreConfiguredEndpointUrls = user.IgnoreConfiguredEndpointUrls;
        config.LogResponse = user.LogResponse;
        config.LogMetrics = user.LogMetrics;
        config.DisableLogging = user.DisableLogging;
        config.ClientAppId = user.ClientAppId;
        if (user.DefaultAWSCredentials is not null)
            config.DefaultAWSCredentials = user.DefaultAWSCredentials;
    }
}
