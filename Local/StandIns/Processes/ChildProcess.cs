using System.Diagnostics;

namespace CloudIa.Local.StandIns;

/// <summary>A child that does not outlive this process, not even when this process is killed with -9.</summary>
/// <remarks>
/// It has its own session where <c>setsid</c> exists, so that Ctrl-C reaches this process first, which then stops its
/// children in order. Its stdin is a pipe that only this process holds: end-of-file means that the parent has gone.
/// </remarks>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>
    /// A subshell waits for the end of stdin and ends the program, which takes this shell's place and so keeps its
    /// process id. Where /proc tells that the parent is another by now, the program has ended already: leave that id alone.
    /// </summary>
    private const string Lifeline =
        """
        exec 3<&0
        (
          while read -r _; do :; done <&3
          [ -r /proc/self/stat ] && read -r _ _ _ parent _ </proc/self/stat || parent=$$
          [ "$parent" = "$$" ] && kill -TERM "$$"
        ) >/dev/null 2>&1 &
        exec "$@" 3<&- </dev/null
        """;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly OutputTail _output = new();
    private readonly TaskCompletionSource<string> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private int _disposed;

    private ChildProcess(Process process, string name, TimeProvider time)
    {
        _process = process;
        _time = time;
        Name = name;
        Id = process.Id;
    }

    public string Name { get; }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of stdout and stderr.</summary>
    public string Output => _output.ToString();

    /// <summary>Completes with the first line that has <see cref="ChildProcessStart.Announcement"/> in it.</summary>
    public Task<string> Announced => _announced.Task;

    /// <summary>Completes when it has ended, however, and all its output is read.</summary>
    public Task Exited { get; private set; } = Task.CompletedTask;

    /// <inheritdoc cref="IStandIn.Died"/>
    public Task<string> Died => _died.Task;

    public static ChildProcess Start(ChildProcessStart start, TimeProvider time)
    {
        var info = new ProcessStartInfo
        {
            WorkingDirectory = start.WorkingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        string[] command = [start.FileName, .. start.Arguments];
        if (!start.WatchesStdin && !OperatingSystem.IsWindows())
        {
            command = ["/bin/sh", "-c", Lifeline, start.Name, .. command];
        }

        if (!OperatingSystem.IsWindows() && Executables.Find("setsid") is { } setsid)
        {
            command = [setsid, .. command];
        }

        info.FileName = command[0];
        foreach (var argument in command[1..])
        {
            info.ArgumentList.Add(argument);
        }

        // A debugger's or profiler's options for the caller's own Node programs.
        info.Environment.Remove("NODE_OPTIONS");
        if (start.SearchFirst is not null)
        {
            info.Environment["PATH"] = start.SearchFirst + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        }

        var process = Process.Start(info)
            ?? throw new StandInException($"{start.Name}: the operating system did not start {start.FileName}.");
        var child = new ChildProcess(process, start.Name, time);
        child.Watch(start.Announcement);

        return child;
    }

    /// <summary>Ends it as kill -9 does, for tests of what happens then.</summary>
    public void Kill()
    {
        if (_disposed == 1)
        {
            return;
        }

        _stopping = true;
        _process.Kill(entireProcessTree: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _stopping = true;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and its end of the pipe with it.
        }

        try
        {
            await Exited.WaitAsync(StopTimeout, _time);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Exited;
        }

        _process.Dispose();
    }

    private void Watch(string? announcement)
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data, announcement);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, announcement);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = ReportExitAsync();
    }

    private void Read(string? line, string? announcement)
    {
        if (line is null)
        {
            return;
        }

        _output.Add(line);
        if (announcement is not null && line.Contains(announcement, StringComparison.Ordinal))
        {
            _announced.TrySetResult(line);
        }
    }

    private async Task ReportExitAsync()
    {
        await _process.WaitForExitAsync();
        if (!_stopping)
        {
            _died.TrySetResult($"{Name} (process {Id}) ended with exit code {ExitCode}. Its last output: {LastOutput()}");
        }
    }

    private string LastOutput() => Output is { Length: > 0 } output ? Environment.NewLine + output : "none.";
}
