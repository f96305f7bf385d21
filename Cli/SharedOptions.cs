using System.CommandLine;
using System.CommandLine.Parsing;
using CloudIa.Cli.Http;
using Spectre.Console;

namespace CloudIa.Cli;

/// <summary>What every command has: where to, as whom, and how to show it.</summary>
internal sealed class SharedOptions(IAnsiConsole console, TextWriter output, TextWriter error, Func<Uri, string?, OpsClient> open, TimeProvider time)
{
    private const string ServerVariable = "CLOUDIA_SERVER";
    private const string TokenVariable = "CLOUDIA_TOKEN";
    private const int Refused = 1;

    private readonly Option<Uri?> _server = new("--server")
    {
        Description = $"Where the service is; {ServerVariable} where left out.",
        DefaultValueFactory = result => Address(Environment.GetEnvironmentVariable(ServerVariable) ?? "http://localhost:8080", result),
        CustomParser = result => Address(result.Tokens[0].Value, result),
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = $"A bearer token of an operator or reader; {TokenVariable} where left out. A service in Development needs none.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(TokenVariable),
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "The service's own answer instead of a table.", Recursive = true };

    public IEnumerable<Option> All => [_server, _token, _json];

    public TimeProvider Time => time;

    /// <summary>Asks, and shows the answer: as it is with <c>--json</c>, else with <paramref name="show"/>.</summary>
    public void SetAction(Command command, Func<OpsClient, ParseResult, CancellationToken, Task<string>> ask, Action<IAnsiConsole, string> show) => SetAction(command, async (client, parsed, token) =>
    {
        var answer = await ask(client, parsed, token);
        if (parsed.GetValue(_json))
            await output.WriteLineAsync(answer);
        else
            show(console, answer);
    });

    public void SetAction(Command command, Func<OpsClient, ParseResult, CancellationToken, Task> run) => command.SetAction(async (parsed, cancellationToken) =>
    {
        using var client = open(parsed.GetValue(_server)!, parsed.GetValue(_token));
        try
        {
            await run(client, parsed, cancellationToken);
            return 0;
        }
        catch (OpsException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return Refused;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    });

    private static Uri? Address(string text, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
            return address;

        result.AddError($"'{text}' is no address of a service, such as https://chat.example.com.");
        return null;
    }

    /// <summary>A line as it is, or as JSON.</summary>
    public Task WriteLineAsync(ParseResult parsed, string line, string json) => output.WriteLineAsync(parsed.GetValue(_json) ? json : line);
}
