namespace CloudIa.Local.StandIns;

/// <summary>Starts a stand-in's child and waits until it serves.</summary>
internal static class Launcher
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Loopback never goes through a proxy.</summary>
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Waits until the child serves; returns the port that it serves on.</summary>
    public delegate Task<int> ReadyProbe(ChildProcess child, int port, CancellationToken ct);

    /// <remarks>
    /// A port that was free can be taken before the child listens on it: one that ends early gets a second try with another
    /// port, unless the port was asked for.
    /// </remarks>
    public static async Task<(ChildProcess Child, int Port)> StartAsync(
        Func<int, ChildProcessStart> describe, ReadyProbe probe, StandInOptions options, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port ?? FreePort.Find();
            var child = ChildProcess.Start(describe(port), options.Time);
            try
            {
                return (child, await UntilReadyAsync(child, port, probe, options, ct));
            }
            catch (StandInException) when (attempt == 1 && options.Port is null && child.HasExited)
            {
                await child.DisposeAsync();
            }
            catch
            {
                await child.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Asks until the answer is a success that <paramref name="isOurs"/> knows.</summary>
    public static async Task UntilAnswersAsync(Uri address, Func<HttpResponseMessage, bool> isOurs, StandInOptions options, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                using var response = await Http.GetAsync(address, ct);
                if (response.IsSuccessStatusCode && isOurs(response))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Poll, options.Time, ct);
        }
    }

    private static async Task<int> UntilReadyAsync(
        ChildProcess child, int port, ReadyProbe probe, StandInOptions options, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.StartTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);

        var ready = probe(child, port, either.Token);
        await Task.WhenAny(ready, child.Died);
        if (child.Died.IsCompleted)
        {
            await either.CancelAsync();
            await ready.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

            throw new StandInException($"{await child.Died}{Environment.NewLine}It was to serve on 127.0.0.1:{port}; if that port is taken, end what has it, or let a free one be chosen.");
        }

        try
        {
            return await ready;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new StandInException(
                $"{child.Name} (process {child.Id}) was not ready within {options.StartTimeout.TotalSeconds:0} s on 127.0.0.1:{port}. " +
                $"Is the machine very busy? Its output so far:{Environment.NewLine}{child.Output}");
        }
    }
}
