using System.Globalization;

namespace CloudIa.Bench.Listening;

/// <summary>What one run of the listening bench measures.</summary>
internal sealed record ListeningOptions
{
    public const string Verb = "listening";

    public const string Usage = """
        dotnet run -c Release --project Bench -- listening [options]
          --quick               a smoke run of seconds; put it before options that change it
          --rounds N            interleaved rounds (3)
          --connections N       idle connections whose memory is measured (4000)
          --idle N              idle connections that are held while others listen (8000)
          --active N            listeners, ten to a user, whose every frame is checked (500)
          --seconds N           how long they listen (20)
          --answers N           answers one after the other, in each round (30)
          --warm-up N           answers before any is measured (200)
          --only NAME,NAME      parts: latency, memory, hold (all)
          --json FILE           where the figures go (artifacts/bench/<time>-listening.json)
          --write-docs          puts the tables into docs/performance.md; only with all parts, and not with --quick
          --help                this text

        """;

    public int Rounds { get; init; } = 3;

    public int Connections { get; init; } = 4_000;

    public int Idle { get; init; } = 8_000;

    public int Active { get; init; } = 500;

    public int Seconds { get; init; } = 20;

    public int Answers { get; init; } = 30;

    /// <summary>So many that what answers is compiled as it is in a service that has run for a while: .NET compiles a method anew after 30 calls, and again with what it has seen.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>Names of the parts to run; empty is all of them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public bool IsQuick { get; init; }

    public string? JsonFile { get; init; }

    public bool WriteDocs { get; init; }

    /// <exception cref="FormatException">With what is wrong.</exception>
    public static ListeningOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ListeningOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            options = arguments[index] switch
            {
                "--quick" => options with { Rounds = 1, Connections = 200, Idle = 100, Active = 20, Seconds = 2, Answers = 3, WarmUp = 5, IsQuick = true },
                "--write-docs" => options with { WriteDocs = true },
                var name when index + 1 < arguments.Count => With(options, name, arguments[++index]),
                var name => throw Wrong($"{name} is unknown, or lacks its value."),
            };
        }

        return options.WriteDocs && (options.IsQuick || options.Only.Count > 0)
            ? throw Wrong("--write-docs would leave figures in the page that mean nothing, or take others out: not with --quick or --only.")
            : options;
    }

    private static ListeningOptions With(ListeningOptions options, string name, string value) => name switch
    {
        "--rounds" => options with { Rounds = Number(name, value) },
        "--connections" => options with { Connections = Number(name, value) },
        "--idle" => options with { Idle = Number(name, value) },
        "--active" => options with { Active = Number(name, value) },
        "--seconds" => options with { Seconds = Number(name, value) },
        "--answers" => options with { Answers = Number(name, value) },
        "--warm-up" => options with { WarmUp = Number(name, value) },
        "--only" when value.Split(',').Except(ListeningBench.Parts.Select(x => x.Name)).Any() =>
            throw Wrong($"--only {value} names a part that is none of {string.Join(", ", ListeningBench.Parts.Select(x => x.Name))}."),
        "--only" => options with { Only = value.Split(',') },
        "--json" => options with { JsonFile = value },
        _ => throw Wrong($"{name} is unknown."),
    };

    private static int Number(string name, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw Wrong($"{name} takes a number of 1 or more, not {value}.");

    private static FormatException Wrong(string what) => new($"{what}\n\n{Usage}");
}
