using System.Collections.Concurrent;
using MassTransit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>What the bus has published and handled so far. (The harness's own lists wait for more when they are read.)</summary>
public sealed class Recorder : IPublishObserver, IConsumeObserver
{
    private readonly ConcurrentQueue<object> _published = new();
    private readonly ConcurrentQueue<object> _handled = new();

    public IReadOnlyList<T> Published<T>() => [.. _published.OfType<T>()];

    /// <summary>Handled to the end: sagas are written, and what they sent has gone.</summary>
    public IReadOnlyList<T> Handled<T>() => [.. _handled.OfType<T>()];

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        _published.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        _handled.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
