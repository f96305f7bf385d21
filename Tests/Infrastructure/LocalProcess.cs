using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CloudIa.Tests.Infrastructure;

/// <summary>Local as a user runs it: a process of its own.</summary>
internal sealed partial class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _exited;

    private LocalProcess(ProcessStartInfo info)
    {
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _exited = _process.WaitForExitAsync();
    }

    /// <summary>Beside the tests' own folder in artifacts/bin.</summary>
    public static string Assembly { get; } = Find();

    public int ExitCode => _process.ExitCode;

    public string Output => string.Join(Environment.NewLine, _lines);

    /// <param name="fixture">Whose installed stand-ins it shares.</param>
    /// <param name="dataFolder">See Local:DataFolder.</param>
    /// <param name="arguments">More of the command line.</param>
    public static async Task<LocalProcess> StartAsync(StandInsFixture fixture, string dataFolder, params string[] arguments)
    {
        var standIns = (await fixture.InstalledAsync()).Folder;
        var info = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        info.ArgumentList.Add(Assembly);
        info.ArgumentList.Add($"--Local:DataFolder={dataFolder}");
        info.ArgumentList.Add($"--Local:InstallFolder={Path.GetDirectoryName(Path.GetDirectoryName(standIns))}");
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var variable in new[] { "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" })
        {
            info.Environment.Remove(variable);
        }

        return new(info);
    }

    /// <returns>Its address, from the banner.</returns>
    public async Task<Uri> ReadyAsync()
    {
        await Task.WhenAny(_ready.Task, _exited).WaitAsync(Timeout);

        return _ready.Task.IsCompleted
            ? await _ready.Task
            : throw new InvalidOperationException($"Local ended with exit code {ExitCode} before it was ready. It said:{Environment.NewLine}{Output}");
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    public Task ExitedAsync() => _exited.WaitAsync(Timeout);

    /// <summary>The children that it has now, and theirs. Linux only.</summary>
    public int[] Descendants() => Descendants(_process.Id);

    /// <summary>As kill -9 does: nobody tells its children.</summary>
    public void Kill() => _process.Kill();

    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString()]).Dispose();

    /// <summary>One that nobody has waited for yet is dead, too.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _exited;
        _process.Dispose();
    }

    private static int[] Descendants(int parent) =>
    [
        .. Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(int.Parse)
            .SelectMany(child => new[] { child }.Concat(Descendants(child))),
    ];

    private static string Find()
    {
        // artifacts/bin/Tests/<configuration>/
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var local = Path.Combine(own.Parent!.Parent!.FullName, "Local", own.Name, "CloudIa.Local.dll");

        return File.Exists(local) ? local : throw new FileNotFoundException($"{local} is missing. Build Local in the configuration of the tests: dotnet build CloudIa.sln.");
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (Address().Match(line) is { Success: true } match)
        {
            _ready.TrySetResult(new(match.Groups[1].Value));
        }
    }

    [GeneratedRegex("^CloudIa runs at (http://[^ ]+)")]
    private static partial Regex Address();
}
