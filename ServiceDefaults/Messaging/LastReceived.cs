using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>
/// Notes in Redis, once a second for each queue, when what was received last had been sent: SQS itself tells nobody how old its oldest message is, but by CloudWatch,
/// minutes later.
/// </summary>
/// <param name="services">Redis is asked for with the first message: not every bus has one beside it.</param>
internal sealed class LastReceived(IServiceProvider services, TimeProvider time) : IReceiveObserver
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, long> _noted = new(StringComparer.Ordinal);

    public Task PreReceive(ReceiveContext context)
    {
        var queue = context.InputAddress.Segments[^1];
        if (_noted.TryGetValue(queue, out var noted) && time.GetElapsedTime(noted) < Every)
            return Task.CompletedTask;

        _noted[queue] = time.GetTimestamp();
        if (context.TransportHeaders.Get<DateTime>(MessageHeaders.TransportSentTime) is { } sent && services.GetService<IConnectionMultiplexer>() is { } redis)
            QueueNotes.Note(redis, queue, QueueNotes.Received, new DateTimeOffset(sent, TimeSpan.Zero));
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
