using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SQS;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Local;

public sealed class StandInPersistenceTests(StandInsFixture standIns)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_survives_a_stop_and_a_kill(bool kill)
    {
        var folder = Path.Combine(standIns.NewFolder("with a space"), "sqs");
        await using var own = standIns.Own();
        var first = await own.SqsAsync(folder);
        using (var client = Sqs(first.ServiceUrl))
        {
            var queue = (await client.CreateQueueAsync("kept", Cancellation)).QueueUrl;
            await client.SendMessageAsync(queue, "hello", Cancellation);
        }

        await EndAsync(first, kill);

        // On another port: queue URLs of the first run still work.
        var second = await own.SqsAsync(folder);
        using var again = Sqs(second.ServiceUrl);
        var url = (await again.GetQueueUrlAsync("kept", Cancellation)).QueueUrl;
        var received = await again.ReceiveMessageAsync(url, Cancellation);

        received.Messages.ShouldHaveSingleItem().Body.ShouldBe("hello");
    }

    [Fact]
    public async Task A_message_that_is_given_back_is_visible_at_once_though_it_is_kept_on_disk()
    {
        await using var own = standIns.Own();
        var sqs = await own.SqsAsync(Path.Combine(standIns.NewFolder(), "sqs"));
        using var client = Sqs(sqs.ServiceUrl);
        var queue = (await client.CreateQueueAsync("given-back", Cancellation)).QueueUrl;
        await client.SendMessageAsync(queue, "hello", Cancellation);
        var first = (await client.ReceiveMessageAsync(queue, Cancellation)).Messages.ShouldHaveSingleItem();

        await client.ChangeMessageVisibilityAsync(queue, first.ReceiptHandle, 0, Cancellation);

        (await client.ReceiveMessageAsync(queue, Cancellation)).Messages.ShouldHaveSingleItem().Body.ShouldBe("hello");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_item_survives_a_stop_and_a_kill(bool kill)
    {
        var folder = Path.Combine(standIns.NewFolder("with a space"), "dynamodb");
        await using var own = standIns.Own();
        var first = await own.DynamoDbAsync(folder);
        using (var client = DynamoDb(first.ServiceUrl))
        {
            await client.CreateTableAsync("kept", [new("PK", KeyType.HASH)], [new("PK", ScalarAttributeType.S)], new(1, 1), Cancellation);
            await client.PutItemAsync("kept", new() { ["PK"] = new("a"), ["Text"] = new("hello") }, Cancellation);
        }

        await EndAsync(first, kill);

        var second = await own.DynamoDbAsync(folder);
        using var again = DynamoDb(second.ServiceUrl);
        var item = await again.GetItemAsync("kept", new() { ["PK"] = new AttributeValue("a") }, Cancellation);

        item.Item["Text"].S.ShouldBe("hello");
    }

    [Fact]
    public async Task A_key_survives_a_stop_of_Garnet()
    {
        var folder = Path.Combine(standIns.NewFolder("with a space"), "redis");
        await using var own = standIns.Own();
        var first = await own.GarnetAsync(folder);
        await SetAsync(first.ConnectionString);
        await first.DisposeAsync();

        var second = await own.GarnetAsync(folder);

        await ShouldHaveKeptAsync(second.ConnectionString);
    }

    [Fact]
    public async Task A_key_survives_a_stop_of_redis_server()
    {
        var folder = Path.Combine(standIns.NewFolder("with a space"), "redis");
        await using var own = standIns.Own();
        var first = await own.RedisAsync(folder);
        await SetAsync(first.ConnectionString);
        await first.DisposeAsync();

        var second = await own.RedisAsync(folder);

        await ShouldHaveKeptAsync(second.ConnectionString);
    }

    private static AmazonSQSClient Sqs(Uri url) =>
        new(StandInsFixture.Key, StandInsFixture.Key, new AmazonSQSConfig { ServiceURL = url.ToString(), AuthenticationRegion = StandInsFixture.Region });

    private static AmazonDynamoDBClient DynamoDb(Uri url) =>
        new(StandInsFixture.Key, StandInsFixture.Key, new AmazonDynamoDBConfig { ServiceURL = url.ToString(), AuthenticationRegion = StandInsFixture.Region });

    private static async Task EndAsync(CloudIa.Local.StandIns.ChildStandIn standIn, bool kill)
    {
        if (kill)
        {
            standIn.Kill();
        }

        await standIn.DisposeAsync();
    }

    private static async Task SetAsync(string connectionString)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        await redis.GetDatabase().StringSetAsync("kept", "hello");
        await redis.GetDatabase().ListRightPushAsync("kept:list", ["a", "b"]);
    }

    private static async Task ShouldHaveKeptAsync(string connectionString)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        ((string?)await redis.GetDatabase().StringGetAsync("kept")).ShouldBe("hello");
        (await redis.GetDatabase().ListRangeAsync("kept:list")).ShouldBe(["a", "b"]);
    }
}
