namespace CloudIa.Transport.Receiving;

/// <summary>
/// Notices SQS's cap of messages in flight: over it, SQS answers polls with nothing and no error, and an endpoint that
/// receives nothing looks like one that has nothing to do. So after some empty polls it looks at the queue's counts, seldom.
/// </summary>
/// <param name="look">Messages that are visible, and in flight.</param>
/// <param name="changed">Called when an episode begins (with what was seen) and when it ends (null).</param>
/// <param name="time">The clock.</param>
internal sealed class InFlightWatch(Func<Task<(long Visible, long InFlight)>> look, Func<(long Visible, long InFlight)?, Task> changed,
    TimeProvider time)
{
    private const int EmptyPolls = 3;

    // The counts are approximate.
    private const long Many = AwsLimits.InFlight / 10 * 9;

    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(5);

    private long? _looked;
    private int _empty;
    private int _looking;
    private volatile bool _capped;

    public bool Capped => _capped;

    /// <param name="messages">How many a poll brought.</param>
    public async Task PolledAsync(int messages)
    {
        if (messages > 0)
        {
            Volatile.Write(ref _empty, 0);
            if (!_capped)
                return;
        }
        else if (Interlocked.Increment(ref _empty) < EmptyPolls || !Due())
        {
            return;
        }

        if (Interlocked.Exchange(ref _looking, 1) != 0)
            return;

        try
        {
            _looked = time.GetTimestamp();
            var seen = messages > 0 ? default : await look().ConfigureAwait(false);
            var capped = seen is { Visible: > 0, InFlight: >= Many };
            if (capped != _capped)
            {
                _capped = capped;
                await changed(capped ? seen : null).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    // While the cap holds, each empty poll looks whether it still does.
    private bool Due() => _capped || _looked is not { } looked || time.GetElapsedTime(looked) >= Seldom;
}
