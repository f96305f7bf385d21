using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Hosting;

namespace CloudIa.Transport.Connection;

/// <summary>Clients of one bus and what they found. AWS knows no connection; this lives from start to stop.</summary>
internal sealed class SqsConnection : IAsyncDisposable
{
    private readonly List<ClientConfig> _configs = [];
    private readonly bool _ownPools;

    public SqsConnection(SqsHostSettings host)
    {
        var sends = ClientConfigs.ForSends(host);
        var polls = ClientConfigs.ForPolls(host);
        var sns = ClientConfigs.ForSns(host);
        _configs.AddRange([sends, polls, sns]);
        _ownPools = true;
        Sqs = host.Credentials is null ? new AmazonSQSClient(sends) : new AmazonSQSClient(host.Credentials, sends);
        Polls = host.Credentials is null ? new AmazonSQSClient(polls) : new AmazonSQSClient(host.Credentials, polls);
        Sns = host.Credentials is null
            ? new AmazonSimpleNotificationServiceClient(sns)
            : new AmazonSimpleNotificationServiceClient(host.Credentials, sns);
        Time = host.Time;
        Queues = new QueueDirectory(Sqs, Time);
        Topics = new TopicDirectory(Sns, Time);
    }

    /// <summary>For tests: clients that are not ours to dispose of.</summary>
    public SqsConnection(IAmazonSQS sqs, IAmazonSimpleNotificationService sns, TimeProvider time)
    {
        (Sqs, Polls, Sns, Time) = (sqs, sqs, sns, time);
        Queues = new QueueDirectory(sqs, time);
        Topics = new TopicDirectory(sns, time);
    }

    /// <summary>For everything but polls.</summary>
    public IAmazonSQS Sqs { get; }

    public IAmazonSQS Polls { get; }

    public IAmazonSimpleNotificationService Sns { get; }

    public QueueDirectory Queues { get; }

    public TopicDirectory Topics { get; }

    public TimeProvider Time { get; }

    public async ValueTask DisposeAsync()
    {
        await Queues.DrainAsync().ConfigureAwait(false);
        DisposeClients();
    }

    /// <summary>Without waiting for what is under way.</summary>
    public void DisposeClients()
    {
        if (!_ownPools)
            return;

        Sqs.Dispose();
        Polls.Dispose();
        Sns.Dispose();
        foreach (var pool in _configs.Select(x => x.HttpClientFactory).OfType<HttpClientPool>())
            pool.Dispose();
    }
}
