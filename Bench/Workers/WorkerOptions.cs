using System.Globalization;

namespace CloudIa.Bench.Workers;

/// <summary>What one worker process runs, as its command line says it.</summary>
internal sealed record WorkerOptions
{
    public const string Verb = "worker";

    /// <summary>One of <see cref="Variants"/>.</summary>
    public required string Variant { get; init; }

    public required string Scope { get; init; }

    public required int Prefetch { get; init; }

    public required string Sqs { get; init; }

    public required string Redis { get; init; }

    /// <summary>See <see cref="Configuration.BenchOptions.Outbox"/>.</summary>
    public required string Outbox { get; init; }

    /// <summary>False: it sends only.</summary>
    public bool Receives { get; init; } = true;

    public string[] ToArguments() =>
    [
        Verb, Variant, Scope, Prefetch.ToString(CultureInfo.InvariantCulture), Sqs, Redis, Outbox, Receives.ToString(),
    ];

    public static WorkerOptions Parse(string[] arguments) => new()
    {
        Variant = arguments[1],
        Scope = arguments[2],
        Prefetch = int.Parse(arguments[3], CultureInfo.InvariantCulture),
        Sqs = arguments[4],
        Redis = arguments[5],
        Outbox = arguments[6],
        Receives = bool.Parse(arguments[7]),
    };
}
