using System.Collections.Concurrent;
using MassTransit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>All that has arrived, each time that it did.</summary>
public sealed class Mailbox :
    IConsumer<Tell>, IConsumer<Note>, IConsumer<Counted>, IConsumer<StartedCounting>, IConsumer<StoppedCounting>, IConsumer<CountedOnce>
{
    private readonly ConcurrentQueue<ConsumeContext> _letters = new();

    public IReadOnlyList<ConsumeContext> Letters => [.. _letters];

    public IReadOnlyList<ConsumeContext<T>> Of<T>()
        where T : class => [.. _letters.OfType<ConsumeContext<T>>()];

    public IReadOnlyList<T> Messages<T>()
        where T : class => [.. Of<T>().Select(x => x.Message)];

    /// <summary>The messages that are different by their ids.</summary>
    public IReadOnlyList<object> Different => [.. _letters.DistinctBy(x => x.MessageId).Select(Message)];

    public Task Consume(ConsumeContext<Tell> context) => Take(context);

    public Task Consume(ConsumeContext<Note> context) => Take(context);

    public Task Consume(ConsumeContext<Counted> context) => Take(context);

    public Task Consume(ConsumeContext<StartedCounting> context) => Take(context);

    public Task Consume(ConsumeContext<StoppedCounting> context) => Take(context);

    public Task Consume(ConsumeContext<CountedOnce> context) => Take(context);

    private static object Message(ConsumeContext context) => context switch
    {
        ConsumeContext<Tell> x => x.Message,
        ConsumeContext<Note> x => x.Message,
        ConsumeContext<Counted> x => x.Message,
        ConsumeContext<StartedCounting> x => x.Message,
        ConsumeContext<StoppedCounting> x => x.Message,
        ConsumeContext<CountedOnce> x => x.Message,
        _ => throw new ArgumentOutOfRangeException(nameof(context)),
    };

    private Task Take(ConsumeContext context)
    {
        _letters.Enqueue(context);
        return Task.CompletedTask;
    }
}
