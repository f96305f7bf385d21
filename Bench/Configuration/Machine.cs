using System.Globalization;
using System.Runtime.InteropServices;

namespace CloudIa.Bench.Configuration;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine
{
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required string System { get; init; }

    public required string Runtime { get; init; }

    /// <summary>Of the last minute before the run, where the system tells; over 0.5 the times are others' too.</summary>
    public required double? LoadBefore { get; init; }

    public required DateTimeOffset At { get; init; }

    public required bool Optimized { get; init; }

    public static Machine Read(TimeProvider time) => new()
    {
        Processor = ProcessorName(),
        Cores = Environment.ProcessorCount,
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        LoadBefore = Load(),
        At = time.GetUtcNow(),
#if DEBUG
        Optimized = false,
#else
        Optimized = true,
#endif
    };

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(x => x.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static double? Load()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }
}
