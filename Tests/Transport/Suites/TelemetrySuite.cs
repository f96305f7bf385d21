using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class TelemetrySuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task One_trace_goes_from_a_send_through_the_consumer_to_its_publish_and_on()
    {
        var queue = Backend.UniqueName("traced");
        var published = new Inbox<ActivityTraceId>();
        var ended = new ConcurrentQueue<Activity>();
        using var source = new ActivitySource(queue);
        using var listener = new ActivityListener
        {
            ShouldListenTo = x => x.Name == DiagnosticHeaders.DefaultListenerName || x.Name == queue,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Handler<Ping>(x => x.Publish(new Pong { Number = x.Message.Number }));
            });
            cfg.ReceiveEndpoint(queue + "-2", e => e.Handler<Pong>(_ =>
            {
                published.Add(Activity.Current!.TraceId);
                return Task.CompletedTask;
            }));
        });

        using var root = source.StartActivity("root")!;
        await bus.SendAsync(queue, new Ping { Number = 1 });
        root.Stop();

        (await published.Next()).ShouldBe(root.TraceId);
        await Infrastructure.Eventually.Is(() => Hops().Length == 6, "send, receive, consume; publish, receive, consume");
        Hops().ShouldAllBe(x => x.IdFormat == ActivityIdFormat.W3C);
        Hops().Single(x => x.ParentSpanId == root.SpanId).OperationName.ShouldContain("send");

        Activity[] Hops() => [.. ended.Where(x => x.TraceId == root.TraceId && x.SpanId != root.SpanId)];
    }
}
