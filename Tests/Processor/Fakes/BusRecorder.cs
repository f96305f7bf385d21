using System.Collections.Concurrent;
using MassTransit;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>What was published, and how receiving ended, so that a test waits for a condition and not for a time.</summary>
internal sealed class BusRecorder : IPublishObserver, IReceiveObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly ConcurrentQueue<object> _published = new();
    private int _received;
    private int _broken;

    /// <summary>How often a message was received and settled: consumed, scheduled for redelivery, or put to the dead letters.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>How often a message was received and given back to the transport.</summary>
    public int Broken => Volatile.Read(ref _broken);

    public IReadOnlyList<object> All => [.. _published];

    public IReadOnlyList<T> Published<T>() => [.. _published.OfType<T>()];

    /// <param name="number">Which one, from 1.</param>
    public async Task<T> PublishesAsync<T>(int number = 1)
    {
        await ReachesAsync(() => _published.OfType<T>().Count() >= number, $"{typeof(T).Name} number {number}");
        return _published.OfType<T>().ElementAt(number - 1);
    }

    public Task ReceivesAsync(int count) => ReachesAsync(() => Received >= count, $"{count} messages received");

    public async Task ReachesAsync(Func<bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            try
            {
                await Task.Delay(Pause, timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{what}: not within {Patience}. Received {Received}, broken {Broken}, published: " +
                    string.Join(", ", All.Select(message => message.GetType().Name)));
            }
        }
    }

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        _published.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref _received);
        return Task.CompletedTask;
    }

    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        Interlocked.Increment(ref _broken);
        return Task.CompletedTask;
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;
}
