using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

[assembly: CloudIa.Tests.Infrastructure.TimeLimit]

namespace CloudIa.Tests.Infrastructure;

/// <summary>
/// A test that hangs fails with its name rather than holding the run for ever: after so long, far more than any needs,
/// <see cref="ITestContext.CancellationToken"/> is cancelled. What waits without that token, the hang guard of .ci/run ends.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TimeLimitAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Running> _running = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => _running[test.UniqueID] = new Running(TestContext.Current);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!_running.TryRemove(test.UniqueID, out var running))
            return;

        running.Dispose();
        if (running.IsCancelled)
            throw new TimeoutException($"It had not ended within {Limit}, and was cancelled.");
    }

    private sealed class Running : IDisposable
    {
        private readonly Timer _timer;
        private volatile bool _isCancelled;

        public Running(ITestContext test)
        {
            _timer = new(_ =>
            {
                _isCancelled = true;
                test.CancelCurrentTest();
            }, null, Limit, Timeout.InfiniteTimeSpan);
        }

        public bool IsCancelled => _isCancelled;

        public void Dispose() => _timer.Dispose();
    }
}
