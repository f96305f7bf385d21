using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class RequestCountSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task A_lone_message_takes_one_send_one_receive_and_one_delete()
    {
        var queue = Backend.UniqueName("lone");
        var http = Backend.NewHttp();
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(queue, http, inbox);
        await bus.SendAsync(queue, new Ping { Number = 0 });
        await inbox.Reaches(1);
        await Eventually.Is(() => http.Count("DeleteMessageBatch") == 1, "the first is deleted");
        var before = http.Calls.Count(x => !Background(x));

        await bus.SendAsync(queue, new Ping { Number = 1 });
        await inbox.Reaches(2);
        await Eventually.Is(() => http.Count("DeleteMessageBatch") == 2, "the second is deleted");

        (http.Calls.Count(x => !Background(x)) - before).ShouldBe(2, string.Join(", ", http.Calls));
    }

    [Fact]
    public async Task Many_at_once_share_their_requests()
    {
        const int count = 400;
        var queue = Backend.UniqueName("many");
        var http = Backend.NewHttp();
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(queue, http, inbox);

        await Task.WhenAll(Enumerable.Range(0, count).Select(x => bus.SendAsync(queue, new Ping { Number = x })));
        (await inbox.Reaches(count)).Order().ShouldBe(Enumerable.Range(0, count));
        await bus.StopAsync();

        http.Count("SendMessageBatch").ShouldBeLessThan(count / 2);
        http.Count("DeleteMessageBatch").ShouldBeLessThan(count / 2);
    }

    [Fact]
    public async Task Publishes_share_their_requests_too()
    {
        const int count = 200;
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(_ => { }, http: http);

        await Task.WhenAll(Enumerable.Range(0, count).Select(x => bus.Control.Publish(new Ping { Number = x })));

        http.Count("PublishBatch").ShouldBeLessThan(count / 2);
        http.Count("CreateTopic").ShouldBe(1);
    }

    // Polls, and the bus's look whether SQS is there, go on as time passes.
    private static bool Background(string call) => call is "ReceiveMessage" or "GetQueueUrl";

    private Task<TestBus> StartAsync(string queue, CountingHttp http, Inbox<int> inbox) =>
        Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = 100;
            e.Handler<Ping>(x =>
            {
                inbox.Add(x.Message.Number);
                return Task.CompletedTask;
            });
        }), http: http);
}
