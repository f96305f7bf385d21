using System.Globalization;
using CloudIa.Bench.Workers;
using CloudIa.Bench.Workers.Bus;

namespace CloudIa.Bench.Configuration;

/// <summary>Reads what a user typed.</summary>
internal static class BenchArguments
{
    public const string Usage = """
        dotnet run -c Release --project Bench -- [options]
          --quick                   a smoke run of seconds; put it before options that change it
          --rounds N                interleaved rounds (5)
          --alone N                 jobs one at a time in each round (100)
          --jobs N                  jobs at once (2000)
          --prefetch N,N            prefetch counts (10,100,1000)
          --only NAME,NAME          scenarios: jobs, idle, processes, backlog (all)
          --outbox NAME             saga, memory or none (saga)
          --compare NAME=FILE       also measures another build's CloudIa.Bench.dll under that name; may be repeated
          --garnet                  Garnet though redis-server is installed
          --json FILE               where the figures go (artifacts/bench/<time>.json)
          --write-docs              puts the tables into docs/performance.md; only with all scenarios and prefetch counts
          --help                    this text
        dotnet run -c Release --project Bench -- listening --help
          what listeners wait for and cost

        """;

    public static bool AskForHelp(IReadOnlyList<string> arguments) => arguments.Any(x => x is "--help" or "-h");

    /// <exception cref="FormatException">With what is wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
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

        return options.WriteDocs && !options.IsWhole
            ? throw Wrong("--write-docs would take the other tables out of the page: it goes with all scenarios and prefetch counts, so not with --quick, --only or --prefetch.")
            : options;
    }

    private static BenchOptions With(BenchOptions options, string name, string value) => name switch
    {
        "--rounds" => options with { Rounds = Number(name, value) },
        "--alone" => options with { AloneJobs = Number(name, value) },
        "--jobs" => options with { BurstJobs = Number(name, value) },
        "--prefetch" => options with { Prefetches = [.. value.Split(',').Select(x => Number(name, x))] },
        "--only" when value.Split(',').Except(Scenarios.AllScenarios.List.Select(x => x.Name)).Any() =>
            throw Wrong($"--only {value} names a scenario that is none of {string.Join(", ", Scenarios.AllScenarios.List.Select(x => x.Name))}."),
        "--only" => options with { Only = value.Split(',') },
        "--outbox" when Outboxes.All.Contains(value) => options with { Outbox = value },
        "--outbox" => throw Wrong($"--outbox is one of {string.Join(", ", Outboxes.All)}, not {value}."),
        "--compare" when value.Split('=', 2) is [var other, var file] && File.Exists(file) =>
            options with { Compared = [.. options.Compared, new Subject(other, Variants.Bus, Path.GetFullPath(file))] },
        "--compare" => throw Wrong($"--compare takes NAME=FILE with a CloudIa.Bench.dll that exists, not {value}."),
        "--json" => options with { JsonFile = value },
        _ => throw Wrong($"{name} is unknown."),
    };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Wrong($"{name} takes numbers of 1 or more, not {value}.");

    private static FormatException Wrong(string what) => new($"{what}\n\n{Usage}");
}
