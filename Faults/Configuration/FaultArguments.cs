using System.Globalization;
using CloudIa.Faults.Mistakes;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Configuration;

/// <summary>Reads what a user typed.</summary>
internal static class FaultArguments
{
    public static readonly string Usage = $"""
        dotnet run -c Release --project Faults -- [options]
          --quick                   a few minutes; put it before options that change it
          --jobs N                  jobs over all scenarios, at least (5000)
          --kills N                 kills -9 over all scenarios, at least (500)
          --only NAME,NAME          scenarios (all): {string.Join(", ", AllScenarios.List.Select(x => x.Name))}
          --seed N                  of all chance (1)
          --garnet                  Garnet though redis-server is installed
          --previous FOLDER         artifacts/bin of an older checkout, built in the same configuration: rolling updates begin with its services
          --mistakes [NAME,NAME]    instead: known mistakes, made in the running services; each must be found: {string.Join(", ", AllMistakes.List.Select(x => x.Name))}
          --write-docs              puts the table into docs/reliability.md
        Ends with 0, or with 1 where something was lost, doubled, stuck, leaked or spliced, or a mistake was not found.

        """;

    /// <exception cref="FormatException">With what is wrong.</exception>
    public static FaultOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new FaultOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            options = arguments[index] switch
            {
                "--quick" => options.Quick(),
                "--garnet" => options with { Garnet = true },
                "--mistakes" when index + 1 == arguments.Count || arguments[index + 1].StartsWith('-') => options with { Mistakes = [] },
                "--write-docs" => options with { WriteDocs = true },
                var name when index + 1 < arguments.Count => With(options, name, arguments[++index]),
                var name => throw Wrong($"{name} is unknown, or lacks its value."),
            };
        }

        return options;
    }

    private static FaultOptions With(FaultOptions options, string name, string value) => name switch
    {
        "--jobs" => options with { Jobs = Number(name, value) },
        "--kills" => options with { Kills = Number(name, value) },
        "--seed" => options with { Seed = Number(name, value) },
        "--only" => options with { Only = Names(name, value, AllScenarios.List.Select(x => x.Name)) },
        "--mistakes" => options with { Mistakes = Names(name, value, AllMistakes.List.Select(x => x.Name)) },
        "--previous" when Directory.Exists(value) => options with { Previous = Path.GetFullPath(value) },
        "--previous" => throw Wrong($"--previous {value}: there is no such folder."),
        _ => throw Wrong($"{name} {value} is not understood."),
    };

    private static string[] Names(string option, string value, IEnumerable<string> known) =>
        value.Split(',') is var names && names.Except(known).ToList() is { Count: > 0 } unknown
            ? throw Wrong($"{option} {string.Join(",", unknown)}: there is no such thing.")
            : names;

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong($"{name} takes a number, not {value}.");

    private static FormatException Wrong(string what) => new($"{what}\n\n{Usage}");
}
