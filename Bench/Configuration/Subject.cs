using System.Reflection;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Configuration;

/// <summary>Who is measured.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Variant">One of <see cref="Variants"/>.</param>
/// <param name="Program">The bench that runs the workers: this one, or another build of it.</param>
internal sealed record Subject(string Name, string Variant, string Program)
{
    /// <summary>This project's own packages; the goals are theirs.</summary>
    public const string Ours = "ours";

    public static string OwnProgram { get; } = typeof(Subject).Assembly.Location;

    public static Subject Floor { get; } = new("floor", Variants.Floor, OwnProgram);

    /// <summary>MassTransit on the packages that this build has: "ours", or what <c>-p:MassTransitAws=…</c> says.</summary>
    public static Subject Bus { get; } = new(NameOfBus(), Variants.Bus, OwnProgram);

    public static Subject Memory { get; } = new("in memory", Variants.Memory, OwnProgram);

    /// <summary>False: there is no broker, so there is nothing to count, poll or share.</summary>
    public bool HasBroker => Variant != Variants.Memory;

    private static string NameOfBus()
    {
        var aws = typeof(Subject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(x => x.Key == "MassTransitAws").Value;
        return aws is null or "" or "own" ? Ours : aws;
    }
}
