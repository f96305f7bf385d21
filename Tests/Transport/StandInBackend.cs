using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.Transport;

/// <summary>The real protocol over a socket, in real time.</summary>
public sealed class StandInBackend(StandInsFixture standIns) : Backend
{
    public override TimeProvider Time => TimeProvider.System;

    public override ushort WaitSeconds => 1;

    public override bool TimeIsFree => false;

    public override string UniqueName(string prefix = "t") => standIns.UniqueName(prefix);

    public override ValueTask<Uri> Url() => standIns.SqsUrl();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override HttpMessageHandler Handler() => new SocketsHttpHandler();

    private protected override CountingHttp? DefaultHttp() => null;
}
