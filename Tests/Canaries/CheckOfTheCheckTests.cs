using System.Diagnostics;
using System.Diagnostics.Metrics;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Sagas;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Canaries;

/// <summary>The search finds what is planted, in each kind of output and at each place of it: a search that finds nothing would prove nothing.</summary>
public sealed class CheckOfTheCheckTests(StandInsFixture standIns)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log: text")]
    [InlineData("log: value")]
    [InlineData("log: scope")]
    [InlineData("log: list in a value")]
    [InlineData("log: map in a list in a value")]
    [InlineData("log: list in a scope")]
    [InlineData("log: list as a state")]
    [InlineData("log: exception")]
    [InlineData("metric: tag")]
    [InlineData("metric: observed tag")]
    [InlineData("activity: tag")]
    [InlineData("activity: event")]
    [InlineData("activity: baggage")]
    [InlineData("activity: status")]
    [InlineData("message: body")]
    [InlineData("message: header")]
    [InlineData("dead letter: body")]
    [InlineData("dead letter: header")]
    [InlineData("problem: body")]
    [InlineData("problem: header")]
    [InlineData("health: body")]
    [InlineData("answer: body")]
    [InlineData("answer: header")]
    [InlineData("export: body")]
    [InlineData("saga: value")]
    [InlineData("redis key: key")]
    [InlineData("redis value: string")]
    [InlineData("redis value: list")]
    [InlineData("redis value: set")]
    [InlineData("redis value: sorted set")]
    [InlineData("redis value: hash")]
    [InlineData("redis value: field")]
    [InlineData("redis words: events")]
    [InlineData("redis words: answer")]
    [InlineData("redis words: context")]
    public async Task What_is_planted_is_found(string where)
    {
        using var outputs = new Outputs();
        var canary = Canary.New("planted");
        outputs.Find([canary]).ShouldBeEmpty();

        await PlantAsync(outputs, where, canary.Text);

        // What stands beside a message's body is looked at twice.
        outputs.Find([canary], [.. Enum.GetValues<OutputKind>().Where(x => x != OutputKind.Attribute)]).ShouldHaveSingleItem().Replace(" ", "", StringComparison.Ordinal)
            .ShouldStartWith($"planted in {where.Split(':')[0]}".Replace(" ", "", StringComparison.Ordinal), Case.Insensitive);
    }

    [Theory]
    [InlineData("header", false, true)]
    [InlineData("body", false, false)]
    [InlineData("header", true, true)]
    [InlineData("body", true, false)]
    public async Task What_stands_beside_a_messages_body_is_searched_by_itself(string place, bool isBatch, bool isFound)
    {
        using var outputs = new Outputs();
        var canary = Canary.New("planted");

        await PlantMessageAsync(outputs, "q", place, canary.Text, isBatch);

        outputs.All.ShouldContain(x => x.Kind == OutputKind.Attribute);
        outputs.Find([canary], OutputKind.Attribute).Any().ShouldBe(isFound);
    }

    [Fact]
    public void Each_form_of_a_canary_is_found_wherever_it_begins()
    {
        var canary = new Canary("form", "a-secret+of/one user's\"");
        foreach (var before in new[] { "", "x", "xy", "xyz" })
        {
            canary.IsIn(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(before + canary.Text + "tail"))).ShouldBeTrue();
            canary.IsIn(before + Uri.EscapeDataString(canary.Text)).ShouldBeTrue();
            canary.IsIn(System.Text.Json.JsonSerializer.Serialize(before + canary.Text)).ShouldBeTrue();
            canary.IsIn(before + canary.Text).ShouldBeTrue();
        }

        canary.IsIn("a-secret of another user").ShouldBeFalse();
    }

    private async Task PlantAsync(Outputs outputs, string where, string text)
    {
        var (kind, place) = (where.Split(": ")[0], where.Split(": ")[1]);
        switch (kind)
        {
            case "log":
                PlantLog(outputs, place, text);
                break;
            case "metric":
                PlantMetric(outputs, place, text);
                break;
            case "activity":
                PlantActivity(place, text);
                break;
            case "message" or "dead letter":
                await PlantMessageAsync(outputs, kind == "message" ? "q" : "q_error", place, text);
                break;
            case "saga" or "redis key" or "redis value" or "redis words":
                await PlantRedisAsync(outputs, kind == "saga" ? kind : place, text);
                break;
            default:
                using (var answer = new HttpResponseMessage { Content = new StringContent(place == "body" ? text : "") })
                {
                    answer.Headers.Add("X-Planted", place == "header" ? text : "");
                    await outputs.AddAsync(Enum.Parse<OutputKind>(kind, ignoreCase: true), answer, Token);
                }

                break;
        }
    }

    private async Task PlantRedisAsync(Outputs outputs, string place, string text)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await standIns.GarnetConnectionString());
        var (prefix, database) = (standIns.UniqueName(place == "saga" ? SagasServices.KeyPrefix : "planted"), redis.GetDatabase());
        await (place switch
        {
            "key" => database.StringSetAsync($"{prefix}:{text}", "nothing", TimeSpan.FromMinutes(1)),
            "list" => database.ListRightPushAsync(prefix, ["nothing", text]),
            "set" => database.SetAddAsync(prefix, text),
            "sorted set" => database.SortedSetAddAsync(prefix, text, 1),
            "hash" => database.HashSetAsync(prefix, "field", text),
            "field" => database.HashSetAsync(prefix, text, "nothing"),
            "events" or "answer" => database.ListRightPushAsync($"{prefix}job:{{1}}:{place}", text),
            "context" => database.StringSetAsync($"{prefix}context:{{1}}", text, TimeSpan.FromMinutes(1)),
            _ => (Task)database.StringSetAsync(prefix, text, TimeSpan.FromMinutes(1)),
        });
        await outputs.AddRedisAsync(redis, prefix);
    }

    private static void PlantLog(Outputs outputs, string place, string text)
    {
        using var factory = LoggerFactory.Create(x => x.SetMinimumLevel(LogLevel.Trace).AddProvider(outputs.Logs));
        var logger = factory.CreateLogger("planted");
        var exception = place == "exception" ? new InvalidOperationException("outer", new InvalidOperationException(text)) : null;
        var state = new Dictionary<string, object?>
        {
            ["value"] = place switch
            {
                "list in a value" => new[] { "nothing", text },
                "map in a list in a value" => new[] { new Dictionary<string, string> { [text] = "nothing" } },
                _ => text,
            },
        };
        List<string> listed = [text];
        if (place == "scope")
            logger.BeginScope(new Dictionary<string, object> { ["user"] = text })?.Dispose();
        else if (place == "list in a scope")
            logger.BeginScope(new Dictionary<string, object?> { ["users"] = new List<string> { text } })?.Dispose();
        else if (place == "list as a state")
            logger.Log(LogLevel.Trace, default, listed, null, (_, _) => "nothing");
        else if (place.EndsWith("value", StringComparison.Ordinal))
            logger.Log(LogLevel.Trace, default, state, null, (_, _) => "nothing");
        else
            logger.Log(LogLevel.Trace, default, 0, exception, (_, _) => place == "text" ? text : "nothing");
    }

    private static void PlantMetric(Outputs outputs, string place, string text)
    {
        using var meter = new Meter("planted");
        if (place == "tag")
            meter.CreateCounter<int>("count").Add(1, new KeyValuePair<string, object?>("tag", text));
        else
            meter.CreateObservableGauge("gauge", () => new Measurement<double>(1, new KeyValuePair<string, object?>("tag", text)));
        outputs.All.ShouldNotBeEmpty();
    }

    private static void PlantActivity(string place, string text)
    {
        using var source = new ActivitySource("planted");
        using var activity = source.StartActivity("planted").ShouldNotBeNull();
        _ = place switch
        {
            "tag" => activity.SetTag("tag", text),
            "event" => activity.AddEvent(new ActivityEvent("event", tags: new() { ["tag"] = text })),
            "baggage" => activity.AddBaggage("key", text),
            _ => activity.SetStatus(ActivityStatusCode.Error, text),
        };
    }

    private async Task PlantMessageAsync(Outputs outputs, string queue, string place, string text, bool isBatch = false)
    {
        await using var tap = await QueueTap.StartAsync(await standIns.SqsUrl(), outputs);
        using var sqs = new AmazonSQSClient(new BasicAWSCredentials(StandInsFixture.Key, StandInsFixture.Key), new AmazonSQSConfig { ServiceURL = tap.Address.ToString(), AuthenticationRegion = StandInsFixture.Region });
        var made = await sqs.CreateQueueAsync(standIns.UniqueName("canary") + queue, Token);
        var body = place == "body" ? text : "nothing";
        var attributes = new Dictionary<string, MessageAttributeValue> { ["MT-Fault-Message"] = new() { DataType = "String", StringValue = place == "header" ? text : "nothing" } };
        if (isBatch)
            await sqs.SendMessageBatchAsync(new SendMessageBatchRequest { QueueUrl = made.QueueUrl, Entries = [new() { Id = "1", MessageBody = body, MessageAttributes = attributes }] }, Token);
        else
            await sqs.SendMessageAsync(new SendMessageRequest { QueueUrl = made.QueueUrl, MessageBody = body, MessageAttributes = attributes }, Token);
    }
}
