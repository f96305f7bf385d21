using Amazon;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Hosting;

namespace CloudIa.Transport.Connection;

/// <summary>Makes our clients' settings from what a user gave, with defaults under which a dead broker shows within seconds.</summary>
internal static class ClientConfigs
{
    private const int Retries = 2;
    // Decided in From, one by one.
    private static readonly HashSet<string> Ours =
    [
        nameof(ClientConfig.MaxErrorRetry), nameof(ClientConfig.Timeout), nameof(ClientConfig.ConnectTimeout), nameof(ClientConfig.ServiceURL),
        nameof(ClientConfig.RegionEndpoint), nameof(ClientConfig.AuthenticationRegion), nameof(ClientConfig.HttpClientFactory),
    ];

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
        // Before anything of it is read: one without a region looks for its own, at last by asking the machine's metadata service, and where there is
        // none that takes seconds.
        config.RegionEndpoint = host.Region ?? RegionEndpoint.USEast1;
        if (user is not null)
            CopyRest(user, config);
        config.MaxErrorRetry = user is { IsMaxErrorRetrySet: true } ? user.MaxErrorRetry : Retries;
        config.Timeout = ignoreTimeout ? timeout : user?.Timeout ?? timeout;
        config.ConnectTimeout = user?.ConnectTimeout ?? ConnectTimeout;

        // One of the two, and the service URL wins: each setter resets the other.
        if (!string.IsNullOrEmpty(user?.ServiceURL))
            config.ServiceURL = user.ServiceURL;
        else
            config.RegionEndpoint = user?.RegionEndpoint ?? host.Region;
        config.AuthenticationRegion = user?.AuthenticationRegion ?? host.Region?.SystemName;
        config.HttpClientFactory = user?.HttpClientFactory ?? new HttpClientPool(config);
        return config;
    }

    // Whatever this version of the SDK has, so that no setting is dropped unseen.
    private static void CopyRest<T>(T user, T config)
        where T : ClientConfig
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property is { CanRead: true, SetMethod.IsPublic: true } && !Ours.Contains(property.Name) && property.GetValue(user) is { } value
                && !value.Equals(property.GetValue(config)))
            {
                property.SetValue(config, value);
            }
        }
    }
}
