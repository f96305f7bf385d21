namespace CloudIa.Sagas.Operations;

/// <summary>So many in a second at most, the first at once; what was slow is not caught up with.</summary>
internal sealed class Pace(TimeProvider time, int perSecond)
{
    private readonly TimeSpan _gap = TimeSpan.FromSeconds(1.0 / perSecond);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_next > now)
            await Task.Delay(_next - now, time, cancellationToken);
        _next = (_next > now ? _next : now) + _gap;
    }
}
