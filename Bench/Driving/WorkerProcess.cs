using System.Diagnostics;
using System.Text.Json;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Driving;

/// <summary>A worker in a process of its own, told what to do over its standard input.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Where it listens, if it does.</summary>
    public Uri? Address { get; private set; }

    public static Task<WorkerProcess> StartAsync(Subject subject, WorkerOptions options) => StartAsync([subject.Program, .. options.ToArguments()]);

    /// <param name="command">The program and its arguments.</param>
    public static async Task<WorkerProcess> StartAsync(IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in command)
            start.ArgumentList.Add(argument);
        var worker = new WorkerProcess(Process.Start(start)!);
        try
        {
            worker.Address = await worker.ReadAsync() is { Address: { } address } ? new Uri(address) : null;
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public async Task<WorkerStats> ReportAsync(WorkerVerb verb = WorkerVerb.Report) => (await AskAsync(new WorkerCommand(verb))).Stats!;

    public async Task<WorkerAnswer> AskAsync(WorkerCommand command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
            await _process.StandardInput.FlushAsync();
            return await ReadAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not gently: a stop would wait for long polls of 20 s, and the stand-ins go, too.
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<WorkerAnswer> ReadAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException("A worker process has ended; what it said is above.");
        var answer = JsonSerializer.Deserialize<WorkerAnswer>(line)!;
        return answer.Error is null ? answer : throw new InvalidOperationException($"A worker failed: {answer.Error}");
    }
}
