using System.Globalization;

namespace CloudIa.Local.Hosting;

/// <summary>
/// <c>dotnet run</c> is a process of its own, and the one whose id a user sees: when it is killed, this one stops too. Started otherwise, it watches nobody.
/// </summary>
internal sealed class DotnetRunWatch(IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Looked at once, when this process is new: later the parent may be another.</summary>
    private readonly int? _dotnetRun = Parent() is { } parent && IsDotnetRun(parent) ? parent : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_dotnetRun is null)
            return;

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (Parent() == _dotnetRun)
                continue;

            lifetime.StopApplication();
            return;
        }
    }

    /// <summary>Null where there is no /proc.</summary>
    private static int? Parent()
    {
        try
        {
            // "pid (name) state parent …"; the name may hold anything, so from its end on.
            var stat = File.ReadAllText("/proc/self/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsDotnetRun(int process)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            return Path.GetFileNameWithoutExtension(command[0]) == "dotnet" && command.Contains("run");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
