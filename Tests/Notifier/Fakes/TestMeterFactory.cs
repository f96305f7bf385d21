using System.Diagnostics.Metrics;

namespace CloudIa.Tests.Notifier.Fakes;

internal sealed class TestMeterFactory : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
