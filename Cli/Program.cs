using System.CommandLine;
using CloudIa.Cli;
using CloudIa.Cli.Http;
using Spectre.Console;

using var ended = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ended.Cancel();
};
var root = CliRoot.Create(AnsiConsole.Console, Console.Out, Console.Error, OpsClient.Open, TimeProvider.System);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = true }, ended.Token);
