namespace CloudIa.Local.StandIns;

/// <summary>A stand-in that is a child process.</summary>
public abstract class ChildStandIn : IStandIn
{
    private readonly ChildProcess _child;

    private protected ChildStandIn(ChildProcess child, int port)
    {
        _child = child;
        Port = port;
    }

    public string Name => _child.Name;

    public int Port { get; }

    public int? ProcessId => _child.Id;

    public Task<string> Died => _child.Died;

    /// <summary>As kill -9 does, for tests of what happens then. <see cref="Died"/> does not complete: it was asked for.</summary>
    public void Kill() => _child.Kill();

    public virtual async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
