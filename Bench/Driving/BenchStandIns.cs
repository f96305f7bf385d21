using Amazon.Runtime;
using Amazon.SQS;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Workers;
using CloudIa.Local.StandIns;

namespace CloudIa.Bench.Driving;

/// <summary>SQS, SNS and Redis for all workers of a run. They keep nothing.</summary>
internal sealed class BenchStandIns : IAsyncDisposable
{
    private readonly List<IStandIn> _all = [];

    public Uri Sqs { get; private set; } = null!;

    public string Redis { get; private set; } = "";

    public string RedisName { get; private set; } = "";

    public static async Task<BenchStandIns> StartAsync(BenchOptions options)
    {
        var standIns = new BenchStandIns();
        var installed = await StandInsInstaller.InstallAsync(new InstallOptions { DataFolder = Checkout.DataFolder }, CancellationToken.None);
        var sqs = await SqsSnsStandIn.StartAsync(installed, new StandInOptions());
        standIns._all.Add(sqs);
        standIns.Sqs = sqs.ServiceUrl;
        if (RedisServerStandIn.IsAvailable && !options.Garnet)
        {
            var redis = await RedisServerStandIn.StartAsync(new StandInOptions());
            standIns.Use(redis, redis.ConnectionString, "redis-server");
        }
        else
        {
            var garnet = await GarnetStandIn.StartAsync(new StandInOptions());
            standIns.Use(garnet, garnet.ConnectionString, "Garnet");
        }

        return standIns;
    }

    /// <summary>Empties a queue: what waits in it is in the stand-in's memory.</summary>
    public async Task PurgeAsync(string queue)
    {
        using var sqs = new AmazonSQSClient(new BasicAWSCredentials(WorkerTools.Key, WorkerTools.Key),
            new AmazonSQSConfig { ServiceURL = Sqs.ToString(), AuthenticationRegion = WorkerTools.Region });
        await sqs.PurgeQueueAsync((await sqs.GetQueueUrlAsync(queue)).QueueUrl);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var standIn in _all)
            await standIn.DisposeAsync();
    }

    private void Use(IStandIn redis, string connection, string name)
    {
        _all.Add(redis);
        (Redis, RedisName) = (connection, name);
    }
}
