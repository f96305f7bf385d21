using MassTransit;
using MassTransit.Serialization;

namespace CloudIa.Tests.SagaRepository;

/// <summary>Where a process dies while it handles an event that makes its saga send three messages.</summary>
public enum CrashPoint
{
    Nowhere,
    AfterTheRead,
    AfterTheWrite,
    AfterTheFirstSend,
    AfterTheSecondSend,
    BeforeTheAcknowledgement,
}

/// <summary>Dies at one point, once.</summary>
/// <param name="point">Where.</param>
/// <param name="die">How. Where it returns, as it does not when the process is killed, an exception ends the event.</param>
public sealed class Crash(CrashPoint point, Action? die = null) : ISendObserver
{
    private int _sends;
    private int _crashed;

    public CrashPoint Point => point;

    /// <summary>False: what was to be sent can be sent later.</summary>
    public bool DiesForGood { get; init; } = true;

    public bool HasCrashed => Volatile.Read(ref _crashed) == 1;

    /// <summary>Called by the state machine, between read and write.</summary>
    public Task WhileHandling()
    {
        At(CrashPoint.AfterTheRead);
        return Task.CompletedTask;
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (IsOfOutbox<T>() && HasCrashed && DiesForGood)
        {
            throw new CrashedException(); // the dead send nothing
        }

        if (IsOfOutbox<T>() && _sends == 0)
        {
            At(CrashPoint.AfterTheWrite);
        }

        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (IsOfOutbox<T>())
        {
            var sends = Interlocked.Increment(ref _sends);
            At(sends == 1 ? CrashPoint.AfterTheFirstSend : sends == 2 ? CrashPoint.AfterTheSecondSend : CrashPoint.Nowhere);
        }

        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    /// <summary>Called when the saga is done with its event.</summary>
    public void WhenHandled() => At(CrashPoint.BeforeTheAcknowledgement);

    private static bool IsOfOutbox<T>() => typeof(T) == typeof(SerializedMessageBody);

    private void At(CrashPoint here)
    {
        if (here == point && here != CrashPoint.Nowhere && Interlocked.Exchange(ref _crashed, 1) == 0)
        {
            die?.Invoke();
            throw new CrashedException();
        }
    }
}

/// <summary>Around the saga.</summary>
public sealed class CrashFilter(Crash crash) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        await next.Send(context);
        if (context.HasMessageType(typeof(Count)))
        {
            crash.WhenHandled();
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("crash");
}

public sealed class CrashedException : Exception;
