using System.Net;
using System.Text;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.KillPoints;
using CloudIa.Faults.Proxies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Faults;

public sealed class ProxyTests : IAsyncLifetime
{
    private const string Send = """{"QueueUrl":"http://sqs/000000000000/chat-job","MessageBody":"x"}""";
    private static readonly OperationPattern Sends = new(Upstream.Messaging, "SendMessage", "chat-job");
    private readonly FaultPlan _plan = new(new Dice(1));
    private readonly List<string> _received = [];
    private readonly List<string> _targets = [];
    private string _answer = "done";
    private WebApplication _upstream = null!;
    private HttpProxy _proxy = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _upstream = builder.Build();
        _upstream.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _received.Add(await reader.ReadToEndAsync());
            _targets.Add(context.Request.Headers[HttpProxy.TargetHeader].ToString());
            await context.Response.WriteAsync(_answer);
        });
        await _upstream.StartAsync(TestContext.Current.CancellationToken);
        _proxy = await HttpProxy.StartAsync(Upstream.Messaging, new Uri(_upstream.Urls.Single()), _plan);
        _client = new HttpClient { BaseAddress = _proxy.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_rule_it_passes_on_what_comes()
    {
        (await SendAsync()).ShouldBe("done");
        _received.ShouldBe([Send]);
    }

    [Fact]
    public async Task A_lost_request_never_arrives()
    {
        _plan.Rules = [new(Sends, Fault.LoseRequest)];
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync());
        _received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lost_answer_is_of_a_request_that_arrived()
    {
        _plan.Rules = [new(Sends, Fault.LoseResponse)];
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync());
        _received.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_duplicate_arrives_twice_and_is_answered_once_and_its_message_comes_later()
    {
        _plan.Rules = [new(Sends, Fault.Duplicate) { Least = TimeSpan.FromSeconds(2), Most = TimeSpan.FromSeconds(2) }];
        (await SendAsync()).ShouldBe("done");
        _received.Count.ShouldBe(2);
        _received[0].ShouldBe(Send);
        _received[1].ShouldContain("\"DelaySeconds\":2");
    }

    [Fact]
    public async Task A_throttled_request_is_refused_in_AWSs_words()
    {
        _plan.Rules = [new(Sends, Fault.Throttle)];
        (await SendAsync()).ShouldContain("RequestThrottled");
        _received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_postponed_message_has_a_delay()
    {
        _plan.Rules = [new(Sends, Fault.Postpone) { Least = TimeSpan.FromSeconds(3), Most = TimeSpan.FromSeconds(3) }];
        await SendAsync();
        _received.Single().ShouldContain("\"DelaySeconds\":3");
    }

    [Fact]
    public async Task What_a_poll_hands_out_is_acknowledged_at_once()
    {
        _answer = """{"Messages":[{"ReceiptHandle":"a"},{"ReceiptHandle":"b"}]}""";
        _plan.Mistakes = [new(new(Upstream.Messaging, "ReceiveMessage", "chat-job"), Fault.Acknowledge)];

        (await SendAsync("AmazonSQS.ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/chat-job"}""")).ShouldBe(_answer);

        _targets.ShouldBe(["AmazonSQS.ReceiveMessage", "AmazonSQS.DeleteMessageBatch"]);
        _received[1].ShouldBe("""{"QueueUrl":"http://sqs/000000000000/chat-job","Entries":[{"Id":"m0","ReceiptHandle":"a"},{"Id":"m1","ReceiptHandle":"b"}]}""");
    }

    [Fact]
    public async Task What_a_poll_was_to_hand_out_is_gone()
    {
        _answer = """{"Messages":[{"ReceiptHandle":"a"}]}""";
        _plan.Rules = [new(new(Upstream.Messaging, "ReceiveMessage", "chat-job"), Fault.Vanish)];

        (await SendAsync("AmazonSQS.ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/chat-job"}""")).ShouldBe("{}");

        _targets.ShouldBe(["AmazonSQS.ReceiveMessage", "AmazonSQS.DeleteMessageBatch"]);
    }

    [Fact]
    public async Task A_poll_that_got_nothing_acknowledges_nothing()
    {
        _answer = "{}";
        _plan.Mistakes = [new(new(Upstream.Messaging, "ReceiveMessage", "chat-job"), Fault.Acknowledge)];

        await SendAsync("AmazonSQS.ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/chat-job"}""");

        _targets.ShouldBe(["AmazonSQS.ReceiveMessage"]);
    }

    [Theory]
    [InlineData(
        """{"TableName":"t","Item":{},"ConditionExpression":"attribute_not_exists(pk)"}""",
        """{"TableName":"t","Item":{}}""")]
    [InlineData(
        """{"UpdateExpression":"SET a = :a REMOVE #open","ConditionExpression":"b < :b AND #c = :a","ExpressionAttributeNames":{"#open":"open","#c":"c"},"ExpressionAttributeValues":{":a":{"N":"1"},":b":{"N":"2"}}}""",
        """{"UpdateExpression":"SET a = :a REMOVE #open","ExpressionAttributeNames":{"#open":"open"},"ExpressionAttributeValues":{":a":{"N":"1"}}}""")]
    [InlineData("""{"TableName":"t","Item":{}}""", null)]
    public void A_write_loses_its_condition_and_what_only_that_one_names(string body, string? expected) =>
        (AwsBodies.Unconditional(Encoding.UTF8.GetBytes(body)) is { } changed ? Encoding.UTF8.GetString(changed) : null).ShouldBe(expected);

    [Theory]
    [InlineData("EVAL one-two-three 0", "EVAL one-2-three 0")]
    [InlineData("SCRIPT LOAD one-two", "SCRIPT LOAD one-2")]
    [InlineData("SET two two", null)]
    public void A_script_is_another_one(string command, string? expected)
    {
        _plan.Rewrites = [Rewrite.InScripts("-two", "-2")];
        Changed(command).ShouldBe(expected);
        _plan.Done.GetValueOrDefault(Fault.Rewrite).ShouldBe(expected is null ? 0 : 1);
    }

    [Theory]
    [InlineData("SET chat-job:1 value PX 5 NX", "SET chat-job:1 value PX 5")]
    [InlineData("SET chat-job:1 value", null)]
    [InlineData("SET another:1 value NX", null)]
    public void An_option_is_left_out(string command, string? expected)
    {
        _plan.Rewrites = [Rewrite.Without(new(Upstream.Redis, "SET", "saga"), "NX")];
        Changed(command).ShouldBe(expected);
    }

    private string? Changed(string command)
    {
        var frame = Frame(command.Split(' '));
        return _plan.Change(RedisOperations.Recognise(Resp.Command(frame)), () => Resp.Words(frame), out var words) ? string.Join(' ', Resp.Command(Resp.Frame(words))) : null;
    }

    [Fact]
    public async Task A_rule_for_another_queue_changes_nothing()
    {
        _plan.Rules = [new(Sends with { Target = "invoke-llm" }, Fault.LoseRequest)];
        (await SendAsync()).ShouldBe("done");
    }

    [Theory]
    [InlineData("Before", 0)]
    [InlineData("After", 1)]
    public async Task At_a_kill_point_the_service_dies_once_before_the_connection_is_dropped(string moment, int arrived)
    {
        var kills = 0;
        _plan.Kill = () => Task.FromResult(++kills);
        var kill = new ArmedKill(new KillPoint("Api", Sends, Enum.Parse<Moment>(moment)), skip: 0);
        _plan.Arm(kill);

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync());
        kills.ShouldBe(1);
        kill.Hit.IsCompletedSuccessfully.ShouldBeTrue();
        _received.Count.ShouldBe(arrived);

        (await SendAsync()).ShouldBe("done");
        kills.ShouldBe(1);
    }

    [Theory]
    [InlineData("DynamoDB_20120810.PutItem", """{"Item":{"pk":{"S":"CHAT#1"},"sk":{"S":"MSG#000000000001"}}}""", "PutItem(MSG)")]
    [InlineData("DynamoDB_20120810.UpdateItem", """{"Key":{"pk":{"S":"JOB#1"},"sk":{"S":"JOB"}}}""", "UpdateItem(JOB)")]
    [InlineData("DynamoDB_20120810.UpdateItem", """{"Key":{"pk":{"S":"USER#1"},"sk":{"S":"CHAT#1"}}}""", "UpdateItem(CHAT)")]
    [InlineData("DynamoDB_20120810.Query", """{"IndexName":"open"}""", "Query(OPEN)")]
    public void Requests_to_DynamoDB_are_known_by_their_keys(string target, string body, string expected) =>
        AwsOperations.Recognise(Upstream.Store, target, Encoding.UTF8.GetBytes(body)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("AmazonSQS.SendMessageBatch", """{"QueueUrl":"http://h/0/invoke-llm","Entries":[]}""", "SendMessage(invoke-llm)")]
    [InlineData(null, "Action=PublishBatch&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3ACloudIa_Contracts-LlmCompleted", "Publish(LlmCompleted)")]
    public void Requests_to_SQS_and_SNS_are_known_by_queue_and_topic(string? target, string body, string expected) =>
        AwsOperations.Recognise(Upstream.Messaging, target, Encoding.UTF8.GetBytes(body)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("+OK\r\n", 5)]
    [InlineData("$5\r\nhello\r\n:1\r\n", 11)]
    [InlineData("$-1\r\n", 5)]
    [InlineData("*2\r\n$1\r\na\r\n*1\r\n:5\r\nrest", 19)]
    [InlineData("%1\r\n+a\r\n:1\r\n", 12)]
    [InlineData(">2\r\n+m\r\n$0\r\n\r\n", 14)]
    [InlineData("*2\r\n$1\r\na\r\n", -1)]
    [InlineData("$5\r\nhel", -1)]
    [InlineData("*1", -1)]
    public void Frames_of_Redis_end_where_they_end(string data, int length) => Resp.Length(Encoding.ASCII.GetBytes(data)).ShouldBe(length);

    [Theory]
    [InlineData("EVALSHA sha 1 chat-job:0190 digest value 0", "EVAL(saga)")]
    [InlineData("EVALSHA sha 4 cloudia:job:{1}:events b c d channel 1 2 3 4 5 6", "EVAL(log:begin)")]
    [InlineData("EVAL script 4 cloudia:job:{1}:events b c d channel 1 2 3 4 5", "EVAL(log:write)")]
    [InlineData("SET chat-job:0190 value NX", "SET(saga)")]
    [InlineData("ZADD chat-job-deadlines 1 a", "ZADD(deadlines)")]
    public void Commands_of_Redis_are_known_by_their_keys(string command, string expected) =>
        RedisOperations.Recognise(Resp.Command(Frame(command.Split(' ')))).ToString().ShouldBe(expected);

    private Task<string> SendAsync() => SendAsync("AmazonSQS.SendMessage", Send);

    private async Task<string> SendAsync(string target, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative)) { Content = new StringContent(body) };
        request.Headers.Add(HttpProxy.TargetHeader, target);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static byte[] Frame(string[] words) =>
        Encoding.ASCII.GetBytes($"*{words.Length}\r\n{string.Concat(words.Select(x => $"${x.Length}\r\n{x}\r\n"))}");
}
