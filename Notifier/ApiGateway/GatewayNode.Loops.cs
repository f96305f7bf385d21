using CloudIa.Notifier.ApiGateway.Leases;

namespace CloudIa.Notifier.ApiGateway;

/// <content>What goes on by itself while the node runs: it listens to the others, renews its leases, keeps how far connections got, and looks for those that nobody owns.</content>
internal sealed partial class GatewayNode
{
    private const int SweepPage = 64;
    private const int RenewedAtOnce = 100;

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        while (!await TryAsync("subscribe", () => channel.SubscribeAsync(Hear)))
        {
            if (!await WaitAsync(TimeSpan.FromSeconds(1), cancellationToken))
            {
                return;
            }
        }
    }

    private async Task RenewAllAsync(CancellationToken cancellationToken)
    {
        while (await WaitAsync(options.Value.Beat, cancellationToken))
        {
            foreach (var some in _sessions.Values.Chunk(RenewedAtOnce))
            {
                await Task.WhenAll(some.Select(session => TryAsync("renew", () => RenewAsync(session))));
            }
        }
    }

    private async Task SaveAllAsync(CancellationToken cancellationToken)
    {
        while (await WaitAsync(_unsaved, options.Value.SaveInterval, cancellationToken))
        {
            foreach (var some in _sessions.Values.Where(x => x.HasChanges).Chunk(RenewedAtOnce))
            {
                await Task.WhenAll(some.Select(session => TryAsync("keep", () => SaveAsync(session))));
            }
        }
    }

    private async Task RenewAsync(GatewaySession session)
    {
        var connection = session.Connection;
        await LookAtAsync(session, connection, await leases.RenewAsync(connection));
    }

    private async Task SaveAsync(GatewaySession session)
    {
        var connection = session.Connection;
        await LookAtAsync(session, connection, await session.SaveAsync(leases, connection));
    }

    /// <param name="connection">As it was known when Redis was asked.</param>
    private async Task LookAtAsync(GatewaySession session, GatewayConnection connection, LeaseState state)
    {
        if (state == LeaseState.Kept)
        {
            return;
        }

        // Renewals and saves run side by side. The second that hears of the same finds it seen to, and one that was asked with the fence before has nothing to say.
        await session.Looking.WaitAsync(_stop.Token);
        try
        {
            if (ReferenceEquals(session.Connection, connection) && _sessions.TryGetValue(connection.ConnectionId, out var current) && current == session)
            {
                await SeeToAsync(session, connection, state);
            }
        }
        finally
        {
            session.Looking.Release();
        }
    }

    private async Task SeeToAsync(GatewaySession session, GatewayConnection connection, LeaseState state)
    {
        if (state == LeaseState.Lost)
        {
            LogLost(connection.ConnectionId);
            await EndAsync(connection.ConnectionId);
            return;
        }

        // Its client closed it and that was said elsewhere, or Redis lost its data: API Gateway knows.
        if (await client.ExistsAsync(connection.ConnectionId, _stop.Token))
        {
            session.Connection = await leases.OpenAsync(connection.ConnectionId, connection.UserId, connection.SessionId, channel.Node, connection.Login);
            session.Renew();
        }
        else
        {
            await EndAsync(connection.ConnectionId);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (!_isDraining)
            {
                await TryAsync("sweep", SweepOnceAsync);
            }
        }
        while (await WaitAsync(_orphans, options.Value.Beat, cancellationToken));
    }

    private async Task SweepOnceAsync()
    {
        string[] expired, others;
        do
        {
            expired = await leases.ExpiredAsync(SweepPage);

            // What is this node's own, late as it is, is renewed.
            others = [.. expired.Where(x => !_sessions.ContainsKey(x))];
#pragma warning disable CA5394 // Only so that two nodes do not go the same way.
            Random.Shared.Shuffle(others);
#pragma warning restore CA5394
            await Parallel.ForEachAsync(others, _stop.Token, async (connectionId, _) => await TryAsync("take", () => TakeAsync(connectionId, fromTheLiving: false)));
        }
        while (expired.Length == SweepPage && others.Length > 0 && !_isDraining);
    }

    /// <summary>So long, or until it is woken.</summary>
    private static async Task<bool> WaitAsync(SemaphoreSlim loop, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await loop.WaitAsync(wait, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task EndLoopsAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }
}
