using CloudIa.Tests.Transport.FakeAws;
using MassTransit;

namespace CloudIa.Tests.Transport.Hazards;

/// <summary>For what only the fake can do: faults, AWS's strictness, and hours that pass.</summary>
public abstract class FakeAwsTest : IAsyncDisposable
{
    protected FakeBackend Backend { get; } = new();

    internal FakeAccount Aws => Backend.Aws;

    protected string Queue => field ??= Backend.UniqueName("queue");

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Backend.DisposeAsync();
    }

    /// <summary>A bus with one endpoint that handles Ping.</summary>
    internal Task<TestBus> StartAsync(Func<ConsumeContext<Ping>, Task> handle, Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null,
        CountingHttp? http = null) =>
        Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            configure?.Invoke(e);
            e.Handler<Ping>(x => handle(x));
        }), http: http);

    internal static Func<ConsumeContext<Ping>, Task> Into(Inbox<int> inbox) => x =>
    {
        inbox.Add(x.Message.Number);
        return Task.CompletedTask;
    };

    internal int Count(string action) => Aws.Calls.Count(x => x.Action == action);
}
