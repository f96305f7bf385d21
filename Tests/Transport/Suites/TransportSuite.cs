namespace CloudIa.Tests.Transport.Suites;

/// <summary>Tests that run over each backend: see OnFake.cs and OnStandIn.cs.</summary>
public abstract class TransportSuite(Backend backend) : IAsyncDisposable
{
    protected Backend Backend => backend;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return backend.DisposeAsync();
    }
}
