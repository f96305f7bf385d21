using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using StackExchange.Redis;

namespace CloudIa.Bench.Listening;

/// <summary>
/// By hand, one after the other, what has to be done between a request and the first token if nothing is to be lost: the turn and the job's row are
/// written, a message goes through SQS, the saga is written, a message goes through SQS, row and history are read, and the token goes into a list of Redis and out
/// to who listens.
/// </summary>
internal sealed class OwnHops : IAsyncDisposable
{
    private const string Table = "own-hops";
    private const string Key = "pk";
    private const string SortKey = "sk";
    private const int WaitSeconds = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly AmazonSQSClient _sqs;
    private readonly AmazonDynamoDBClient _dynamoDb;
    private readonly ConnectionMultiplexer _redis;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Hop> _hops = [];
    private readonly SemaphoreSlim _heard = new(0);
    private readonly string _text = new('x', 1_000);
    private int _count;

    private OwnHops(ListeningRun run, ConnectionMultiplexer redis)
    {
        (_time, _redis) = (run.Time, redis);
        string Setting(string name) => run.Settings[name] ?? throw new InvalidOperationException($"The stand-ins have no {name}.");
        _sqs = new(new BasicAWSCredentials(Setting("Messaging:AccessKey"), Setting("Messaging:SecretKey")),
            new AmazonSQSConfig { ServiceURL = Setting("Messaging:ServiceUrl"), AuthenticationRegion = Setting("Messaging:Region") });
        _dynamoDb = new(new BasicAWSCredentials(Setting("Store:AccessKey"), Setting("Store:SecretKey")),
            new AmazonDynamoDBConfig { ServiceURL = Setting("Store:ServiceUrl"), AuthenticationRegion = Setting("Store:Region") });
    }

    public static async Task<OwnHops> StartAsync(ListeningRun run)
    {
        var hops = new OwnHops(run, await ConnectionMultiplexer.ConnectAsync(run.Settings["Redis:ConnectionString"]!));
        await hops._dynamoDb.CreateTableAsync(new CreateTableRequest
        {
            TableName = Table,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement(Key, KeyType.HASH), new KeySchemaElement(SortKey, KeyType.RANGE)],
            AttributeDefinitions = [new AttributeDefinition(Key, ScalarAttributeType.S), new AttributeDefinition(SortKey, ScalarAttributeType.S)],
        });
        for (var n = 0; n < 2; n++)
            hops._hops.Add(new Hop(hops._sqs, (await hops._sqs.CreateQueueAsync($"own-hop-{n}")).QueueUrl, hops._stop.Token));
        await hops._redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Table), (_, _) => hops._heard.Release());
        return hops;
    }

    /// <returns>All of it, and the last step of it, in ms.</returns>
    public async Task<(double All, double PubSub)> MeasureAsync()
    {
        var id = $"{++_count}";
        var database = _redis.GetDatabase();
        var started = _time.GetTimestamp();
        await _dynamoDb.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Table,
            Key = Row("USER", $"CHAT#{id}"),
            UpdateExpression = "ADD turns :one",
            ExpressionAttributeValues = new() { [":one"] = new AttributeValue { N = "1" } },
        });
        await _dynamoDb.PutItemAsync(new PutItemRequest
        {
            TableName = Table,
            Item = new(Row($"JOB#{id}", "JOB")) { ["prompt"] = new AttributeValue(_text) },
            ConditionExpression = $"attribute_not_exists({Key})",
        });
        await _hops[0].GoAsync(_text);
        await database.StringSetAsync($"own-hops:{id}", _text, TimeSpan.FromMinutes(10), When.NotExists);
        await _hops[1].GoAsync(_text);
        await _dynamoDb.GetItemAsync(new GetItemRequest { TableName = Table, Key = Row($"JOB#{id}", "JOB"), ConsistentRead = true });
        await _dynamoDb.QueryAsync(new QueryRequest
        {
            TableName = Table,
            KeyConditionExpression = $"{Key} = :key",
            ExpressionAttributeValues = new() { [":key"] = new AttributeValue($"CHAT#{id}") },
            ConsistentRead = true,
        });
        await database.ListRightPushAsync($"own-hops:{id}:events", _text);
        var published = _time.GetTimestamp();
        await database.PublishAsync(RedisChannel.Literal(Table), _text, CommandFlags.FireAndForget);
        if (!await _heard.WaitAsync(Patience))
            throw new TimeoutException($"What was published over Redis was not heard within {Patience}.");
        return (_time.GetElapsedTime(started).TotalMilliseconds, _time.GetElapsedTime(published).TotalMilliseconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var hop in _hops)
            await hop.DisposeAsync();
        await _redis.DisposeAsync();
        _sqs.Dispose();
        _dynamoDb.Dispose();
        _stop.Dispose();
        _heard.Dispose();
    }

    private static Dictionary<string, AttributeValue> Row(string key, string sortKey) => new() { [Key] = new AttributeValue(key), [SortKey] = new AttributeValue(sortKey) };

    /// <summary>A queue with somebody who waits at it.</summary>
    private sealed class Hop : IAsyncDisposable
    {
        private readonly AmazonSQSClient _sqs;
        private readonly string _url;
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly Task _ended;

        public Hop(AmazonSQSClient sqs, string url, CancellationToken stop)
        {
            (_sqs, _url) = (sqs, url);
            _ended = ReceiveAsync(stop);
        }

        public async Task GoAsync(string text)
        {
            await _sqs.SendMessageAsync(_url, text);
            var arrived = _arrived.WaitAsync(Patience);
            if (await Task.WhenAny(arrived, _ended) == _ended)
                await _ended;
            if (!await arrived)
                throw new TimeoutException($"A message to {_url} was not received within {Patience}.");
        }

        /// <summary>When it was told to stop.</summary>
        public async ValueTask DisposeAsync()
        {
            await _ended;
            _arrived.Dispose();
        }

        private async Task ReceiveAsync(CancellationToken stop)
        {
            try
            {
                while (true)
                {
                    var received = await _sqs.ReceiveMessageAsync(new ReceiveMessageRequest(_url) { WaitTimeSeconds = WaitSeconds, MaxNumberOfMessages = 10 }, stop);
                    foreach (var message in received.Messages ?? [])
                    {
                        _arrived.Release();

                        // Nobody waits for it.
                        _ = _sqs.DeleteMessageAsync(_url, message.ReceiptHandle, stop);
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The run is over.
            }
        }
    }
}
