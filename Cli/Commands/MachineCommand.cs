using System.CommandLine;
using System.Text.Json;
using CloudIa.Cli.Http;

namespace CloudIa.Cli.Commands;

/// <summary><c>cloudia machine</c>: the state machine, for a program that draws.</summary>
internal static class MachineCommand
{
    public static Command Create(SharedOptions shared)
    {
        var graphviz = new Option<bool>("--graphviz") { Description = "For Graphviz's dot instead of Mermaid." };
        var current = new Option<string?>("--current") { Description = "A state to mark, such as Invoking." };
        var command = new Command("machine", "The state machine of jobs, as text for Mermaid or Graphviz.") { graphviz, current };
        shared.SetAction(command, async (client, parsed, token) =>
        {
            var answer = await client.GetAsync(Query.Of("/ops/machine", [("current", parsed.GetValue(current))]), token);
            var machine = JsonSerializer.Deserialize<MachineAnswer>(answer, OpsClient.Json)!;
            await shared.WriteLineAsync(parsed, parsed.GetValue(graphviz) ? machine.Graphviz : machine.Mermaid, answer);
        });
        return command;
    }
}
