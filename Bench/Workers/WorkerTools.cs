using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Bench.Counting;
using CloudIa.Bench.Jobs;
using StackExchange.Redis;

namespace CloudIa.Bench.Workers;

/// <summary>What every variant works with, so that all are counted alike.</summary>
internal sealed class WorkerTools(WorkerOptions options, IConnectionMultiplexer redis, Tally requests)
{
    public const string Region = "us-east-1";

    /// <summary>Access key and secret: no stand-in looks.</summary>
    public const string Key = "local";

    private readonly CountingHttp _http = new(requests);

    public WorkerOptions Options => options;

    public IConnectionMultiplexer Redis => redis;

    public Names Names { get; } = new(options.Scope);

    public Gate Gate { get; } = new();

    public JobTracker Jobs { get; } = new(TimeProvider.System);

    public AmazonSQSConfig SqsConfig() =>
        new() { ServiceURL = options.Sqs, AuthenticationRegion = Region, HttpClientFactory = _http };

    public AmazonSimpleNotificationServiceConfig SnsConfig() =>
        new() { ServiceURL = options.Sqs, AuthenticationRegion = Region, HttpClientFactory = _http };

    public AmazonSQSClient Sqs() => new(Credentials(), SqsConfig());

    public AmazonSimpleNotificationServiceClient Sns() => new(Credentials(), SnsConfig());

    private static BasicAWSCredentials Credentials() => new(Key, Key);
}
