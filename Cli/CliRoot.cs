using System.CommandLine;
using CloudIa.Cli.Commands;
using CloudIa.Cli.Http;
using Spectre.Console;

namespace CloudIa.Cli;

/// <summary>All commands.</summary>
internal static class CliRoot
{
    /// <param name="console">Where tables go.</param>
    /// <param name="output">Where JSON and plain lines go.</param>
    /// <param name="error">Where what went wrong goes.</param>
    /// <param name="open">Makes a client of a server, with a token or none.</param>
    public static RootCommand Create(IAnsiConsole console, TextWriter output, TextWriter error, Func<Uri, string?, OpsClient> open, TimeProvider time)
    {
        var shared = new SharedOptions(console, output, error, open, time);
        var root = new RootCommand("Looks at a CloudIa and mends it, as its operators' API allows.");
        foreach (var option in shared.All)
            root.Options.Add(option);
        root.Subcommands.Add(JobsCommand.Create(shared));
        root.Subcommands.Add(JobCommand.Create(shared));
        root.Subcommands.Add(TailCommand.Create(shared));
        root.Subcommands.Add(MachineCommand.Create(shared));
        return root;
    }
}
