using CloudIa.Tests.Transport.FakeAws;

namespace CloudIa.Tests.Transport;

/// <summary>The fake of this process, whose time passes by itself while all is quiet.</summary>
public sealed class FakeBackend : Backend
{
    private int _names;

    public override TimeProvider Time => Aws.Clock;

    // The transport's default: it costs nothing here.
    public override ushort WaitSeconds => 20;

    public override bool TimeIsFree => true;

    internal FakeAccount Aws { get; } = new();

    public override string UniqueName(string prefix = "t") => $"{prefix}-{Interlocked.Increment(ref _names)}";

    public override ValueTask<Uri> Url() => ValueTask.FromResult(new Uri("http://fake.local"));

    public override ValueTask DisposeAsync()
    {
        Aws.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override HttpMessageHandler Handler() => new FakeHttp(Aws);

    private protected override CountingHttp? DefaultHttp() => NewHttp();
}
