using System.Globalization;

namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>A circuit as Redis has it: <c>open until since</c> or <c>isolated 0 since</c>, times in Unix milliseconds; announced with the name after it.</summary>
internal static class CircuitText
{
    public const string Open = "open";
    public const string Isolated = "isolated";
    public const string Closed = "closed";

    /// <returns>Null for what a version to come may say.</returns>
    public static ProviderCircuit? Read(string provider, string? text) => text?.Split(' ') switch
    {
        [Open, var until, var since, ..] when Time(until) is { } end => new(provider, ProviderCircuitState.Open, end, Time(since)),
        [Isolated, _, var since, ..] => new(provider, ProviderCircuitState.Isolated, Since: Time(since)),
        [Closed, ..] => new(provider, ProviderCircuitState.Closed),
        _ => null,
    };

    /// <summary><c>state until since name</c>; a name may hold spaces.</summary>
    public static ProviderCircuit? ReadAnnouncement(string? text) =>
        text?.Split(' ', 4) is [var state, var until, var since, var provider] ? Read(provider, $"{state} {until} {since}") : null;

    private static DateTimeOffset? Time(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : null;
}
