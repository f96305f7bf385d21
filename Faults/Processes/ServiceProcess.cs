using System.Diagnostics;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.Processes;

/// <summary>One service, as its own program runs it. A watchdog starts it again at once whenever it has ended.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>The program takes this shell's place; a subshell ends it when our end of its stdin is gone, and we with it.</summary>
    private const string Lifeline =
        """
        exec 3<&0
        (
          while read -r _; do :; done <&3
          read -r _ _ _ parent _ </proc/self/stat
          [ "$parent" = "$$" ] && kill -KILL "$$"
        ) >/dev/null 2>&1 &
        exec "$@" 3<&- </dev/null
        """;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };

    private readonly string[] _arguments;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Process? _process;
    private Task _watching = Task.CompletedTask;
    private volatile bool _stopping;
    private int _expectedEnds;

    public ServiceProcess(string project, string name, int port, IEnumerable<KeyValuePair<string, string?>> configuration, ServiceProxies proxies, ServiceOutput output, TimeProvider time)
    {
        Project = project;
        Name = name;
        Address = new Uri($"http://127.0.0.1:{port}");
        Proxies = proxies;
        Output = output;
        _time = time;
        Version = Checkout.Programs;
        _arguments =
        [
            $"--urls={Address}", "--environment=Development",
            .. configuration.Concat(proxies.Values).Select(pair => $"--{pair.Key}={pair.Value}"),
        ];
        proxies.Plan.Kill = KillAsync;
    }

    public string Project { get; }

    public string Name { get; }

    /// <summary>The same in all its lives.</summary>
    public Uri Address { get; }

    /// <summary>The folder of programs that the next life is from.</summary>
    public string Version { get; set; }

    public ServiceProxies Proxies { get; }

    public ServiceOutput Output { get; }

    public int Kills { get; private set; }

    /// <summary>Ends that nobody asked for.</summary>
    public int Crashes { get; private set; }

    public void Start() => _watching = WatchAsync();

    /// <summary>As kill -9 does, at whatever it is doing. Returns when it is gone; by then the watchdog may have started it again.</summary>
    public async Task KillAsync()
    {
        Process? process;
        lock (_lock)
        {
            process = _process;
            if (process is null or { HasExited: true })
                return;

            Kills++;
            _expectedEnds++;
            Signals.Send(process, Signals.Kill);
        }

        try
        {
            await process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // The watchdog has put it away.
        }
    }

    /// <summary>As a deployment does: asks it to end (SIGTERM). Returns when it is gone; by then the watchdog may have started it again.</summary>
    /// <returns>False: it had not ended after so long, and was killed.</returns>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        Process? process;
        lock (_lock)
        {
            process = _process;
            if (process is null or { HasExited: true })
                return true;

            _expectedEnds++;
            Signals.Send(process, Signals.Terminate);
        }

        try
        {
            await process.WaitForExitAsync().WaitAsync(patience, _time);
            return true;
        }
        catch (InvalidOperationException)
        {
            // The watchdog has put it away.
            return true;
        }
        catch (TimeoutException)
        {
            Signals.Send(process, Signals.Kill);
            return false;
        }
    }

    /// <summary>It stands still, as in a long pause of the garbage collector or of its machine.</summary>
    public void Pause() => Signal(Signals.Stop);

    public void Resume() => Signal(Signals.Continue);

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(Address, "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <exception cref="TimeoutException">With what it wrote last.</exception>
    public async Task UntilReadyAsync(TimeSpan patience)
    {
        var started = _time.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (_time.GetElapsedTime(started) > patience)
                throw new TimeoutException($"{Name} was not ready within {patience}. Its last output:{Environment.NewLine}{Output}");
            await Task.Delay(Poll, _time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        Resume();
        await KillAsync();
        await _watching;
        Output.Dispose();
        await Proxies.DisposeAsync();
    }

    private void Signal(int signal)
    {
        lock (_lock)
        {
            if (_process is not null)
                Signals.Send(_process, signal);
        }
    }

    private async Task WatchAsync()
    {
        while (!_stopping)
        {
            using var process = Run();
            await process.WaitForExitAsync();
            lock (_lock)
            {
                if (_expectedEnds > 0)
                    _expectedEnds--;
                else
                    Crashes++;
                _process = null;
            }

            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // Nobody reads there any more.
            }
        }
    }

    private Process Run()
    {
        var program = Checkout.Program(Version, Project);
        var info = new ProcessStartInfo("/bin/sh", ["-c", Lifeline, Name, "dotnet", program, .. _arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Many short lives: none gets old enough for what profiles are good for.
        info.Environment["DOTNET_TieredPGO"] = "0";
        info.Environment["DOTNET_gcServer"] = "0";
        info.Environment["DOTNET_gcConcurrent"] = "0";
        lock (_lock)
        {
            var process = Process.Start(info) ?? throw new InvalidOperationException($"The operating system did not start {Name}.");
            process.OutputDataReceived += (_, line) => Take(line.Data);
            process.ErrorDataReceived += (_, line) => Take(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return _process = process;
        }
    }

    private void Take(string? line)
    {
        if (line is not null)
            Output.Add(line);
    }
}
