using System.Diagnostics;
using System.Globalization;
using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.WholeSystem;

/// <summary>One service as its own program runs it, in a process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _process;

    private ServiceProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>What it wrote to stdout and stderr last.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it and returns when it is ready: bus, Redis and DynamoDB answer.</summary>
    /// <param name="project">The project's name, such as <c>Api</c>.</param>
    /// <param name="configuration">Configuration keys and values.</param>
    public static async Task<ServiceProcess> StartAsync(string project, IEnumerable<KeyValuePair<string, string?>> configuration)
    {
        // A port that was free a moment ago can be another's when the program comes to it: it takes one itself, and says which.
        var process = ChildProcess.Start(
            new ChildProcessStart
            {
                Name = project,
                FileName = "dotnet",
                Arguments =
                [
                    Path.Combine(Checkout.Output(project), $"CloudIa.{project}.dll"),
                    "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", "--environment=Development",
                    .. configuration.Select(pair => $"--{pair.Key}={pair.Value}"),
                ],
                WorkingFolder = Checkout.Output(project),
                Announcement = Listening,
            },
            TimeProvider.System);
        var service = new ServiceProcess(process, await AddressOfAsync(process));
        await service.UntilReadyAsync();
        return service;
    }

    /// <summary>As kill -9 does, at whatever it is doing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.Exited;
    }

    /// <summary>As a deployment does (SIGTERM): returns its exit code when it has ended by itself.</summary>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();
        await _process.Exited.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<Uri> AddressOfAsync(ChildProcess process)
    {
        var spoken = await Task.WhenAny(process.Announced, process.Exited).WaitAsync(Patience);
        return spoken == process.Announced
            ? new Uri((await process.Announced).Split(Listening)[1].Trim())
            : throw new InvalidOperationException($"{process.Name} ended with {process.ExitCode}:{Environment.NewLine}{process.Output}");
    }

    private async Task UntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        var state = "not listening";
        try
        {
            await Eventually.Is(
                async () =>
                {
                    if (_process.HasExited)
                        throw new InvalidOperationException($"{_process.Name} ended with {_process.ExitCode}:{Environment.NewLine}{Output}");

                    try
                    {
                        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                        state = await response.Content.ReadAsStringAsync();
                        return response.IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                $"{_process.Name} is ready");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}: {state}{Environment.NewLine}{Output}", exception);
        }
    }
}
