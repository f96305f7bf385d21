using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.Transport;

/// <summary>The real protocol over a socket, in real time.</summary>
/// <param name="url">Where it is.</param>
/// <param name="uniqueName">Names that nobody else there has.</param>
public sealed class StandInBackend(Func<ValueTask<Uri>> url, Func<string, string> uniqueName) : Backend
{
    public StandInBackend(StandInsFixture standIns)
        : this(standIns.SqsUrl, standIns.UniqueName)
    {
    }

    /// <summary>One that another process started, for buses that are told all their names.</summary>
    public StandInBackend(Uri url)
        : this(() => ValueTask.FromResult(url), _ => throw new NotSupportedException("Only who started the stand-in knows what is unique in it."))
    {
    }

    public override TimeProvider Time => TimeProvider.System;

    public override ushort WaitSeconds => 1;

    public override bool TimeIsFree => false;

    public override string UniqueName(string prefix = "t") => uniqueName(prefix);

    public override ValueTask<Uri> Url() => url();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override HttpMessageHandler Handler() => new SocketsHttpHandler();

    private protected override CountingHttp? DefaultHttp() => null;
}
