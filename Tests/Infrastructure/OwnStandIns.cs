using CloudIa.Local.StandIns;
using Xunit;

namespace CloudIa.Tests.Infrastructure;

/// <summary>Starts stand-ins for one test, which may kill and restart them. What is left is stopped with this.</summary>
internal sealed class OwnStandIns(StandInsFixture fixture) : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];

    /// <param name="dataFolder">Null: it keeps nothing.</param>
    /// <param name="port">That of one stopped before, so that clients find it again. Null: a free one.</param>
    public async Task<SqsSnsStandIn> SqsAsync(string? dataFolder = null, int? port = null) =>
        Keep(await SqsSnsStandIn.StartAsync(await fixture.InstalledAsync(), Options(dataFolder, port)));

    /// <inheritdoc cref="SqsAsync"/>
    public async Task<DynamoDbStandIn> DynamoDbAsync(string? dataFolder = null, int? port = null) =>
        Keep(await DynamoDbStandIn.StartAsync(await fixture.InstalledAsync(), Options(dataFolder, port)));

    /// <inheritdoc cref="SqsAsync"/>
    public async Task<GarnetStandIn> GarnetAsync(string? dataFolder = null, int? port = null) =>
        Keep(await GarnetStandIn.StartAsync(Options(dataFolder, port)));

    /// <inheritdoc cref="SqsAsync"/>
    /// <remarks>Skips the test where redis-server is not installed.</remarks>
    public async Task<RedisServerStandIn> RedisAsync(string? dataFolder = null, int? port = null)
    {
        Assert.SkipUnless(RedisServerStandIn.IsAvailable, StandInsFixture.NoRedis);

        return Keep(await RedisServerStandIn.StartAsync(Options(dataFolder, port)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var standIn in _started)
        {
            await standIn.DisposeAsync();
        }
    }

    private static StandInOptions Options(string? dataFolder, int? port) =>
        new() { DataFolder = dataFolder, Port = port, StartTimeout = TimeSpan.FromMinutes(1) };

    private T Keep<T>(T standIn)
        where T : IAsyncDisposable
    {
        _started.Add(standIn);

        return standIn;
    }
}
