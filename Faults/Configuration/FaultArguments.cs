using System.Globalization;
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
          --write-docs              puts the table into docs/reliability.md
        Ends with 0, or with 1 where something was lost, doubled, stuck, leaked or spliced.

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
        "--only" when value.Split(',').Except(AllScenarios.List.Select(x => x.Name)).ToList() is { Count: > 0 } unknown =>
            throw Wrong($"--only {string.Join(",", unknown)}: there is no such scenario."),
        "--only" => options with { Only = value.Split(',') },
        _ => throw Wrong($"{name} {value} is not understood."),
    };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong($"{name} takes a number, not {value}.");

    private static FormatException Wrong(string what) => new($"{what}\n\n{Usage}");
}
