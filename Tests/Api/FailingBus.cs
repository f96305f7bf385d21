using MassTransit;

namespace CloudIa.Tests.Api;

/// <summary>SQS is away, or takes what it is given and does not say so.</summary>
/// <param name="before">What happens meanwhile.</param>
internal sealed class FailingBus(Func<Task>? before = null) : ISendEndpointProvider
{
    public bool MayBeSent { get; init; }

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address)
    {
        if (before is not null)
            await before();
        throw new AmazonSqsConnectionException("nobody there") { MayBeSent = MayBeSent };
    }

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw new NotSupportedException();
}
