using Amazon;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.AmazonSqsTransport;
using MassTransit.Transports;

namespace CloudIa.Transport.Hosting;

internal sealed class SqsHostSettings : AmazonSqsHostSettings, IAmazonSqsHostConfigurator
{
    private string? _scope;
    private string _accessKey = "";
    private string _secretKey = "";

    public SqsHostSettings(Uri address)
    {
        var host = new AmazonSqsHostAddress(address);
        Region = RegionEndpoint.GetBySystemName(host.Host);
        _scope = host.Scope;
        var user = address.UserInfo.Split(':', 2);
        if (user is [{ Length: > 0 } key, var secret])
        {
            AccessKey(Uri.UnescapeDataString(key));
            SecretKey(Uri.UnescapeDataString(secret));
        }
    }

    public RegionEndpoint? Region { get; }

    string AmazonSqsHostSettings.AccessKey => _accessKey;

    string AmazonSqsHostSettings.SecretKey => _secretKey;

    public AWSCredentials? Credentials { get; private set; }

    public AmazonSQSConfig? SqsConfig { get; private set; }

    public AmazonSimpleNotificationServiceConfig? SnsConfig { get; private set; }

    public AllowTransportHeader? AllowTransportHeader { get; private set; }

    public bool ScopeTopics { get; private set; }

    public Uri HostAddress => new AmazonSqsHostAddress(Region!.SystemName, _scope);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Settings that somebody else made.</summary>
    public static SqsHostSettings From(AmazonSqsHostSettings other)
    {
        var settings = new SqsHostSettings(other.HostAddress)
        {
            SqsConfig = other.SqsConfig,
            SnsConfig = other.SnsConfig,
            AllowTransportHeader = other.AllowTransportHeader,
            ScopeTopics = other.ScopeTopics,
        };
        settings.Keys(other.AccessKey, other.SecretKey);
        settings.Credentials = other.Credentials ?? settings.Credentials;
        return settings;
    }

    public IConnection CreateConnection() => new OpenConnection(new SqsConnection(this), owned: true);

    public void AccessKey(string accessKey) => Keys(accessKey, _secretKey);

    public void SecretKey(string secretKey) => Keys(_accessKey, secretKey);

    void IAmazonSqsHostConfigurator.Credentials(AWSCredentials credentials) => Credentials = credentials;

    public void Scope(string scope, bool scopeTopics = false)
    {
        _scope = scope;
        ScopeTopics |= scopeTopics;
    }

    public void EnableScopedTopics() => ScopeTopics = true;

    public void Config(AmazonSQSConfig? config) => SqsConfig = config;

    public void Config(AmazonSimpleNotificationServiceConfig? config) => SnsConfig = config;

    void IAmazonSqsHostConfigurator.AllowTransportHeader(AllowTransportHeader? allowTransportHeader) =>
        AllowTransportHeader = allowTransportHeader;

    private void Keys(string accessKey, string secretKey)
    {
        (_accessKey, _secretKey) = (accessKey, secretKey);
        if (!string.IsNullOrEmpty(accessKey) && !string.IsNullOrEmpty(secretKey))
            Credentials = new BasicAWSCredentials(accessKey, secretKey);
    }
}
