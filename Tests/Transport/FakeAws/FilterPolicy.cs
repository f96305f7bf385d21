using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>SNS's filter on message attributes: exact values, prefix, exists, anything-but.</summary>
internal static class FilterPolicy
{
    public static bool Matches(string policy, JsonObject attributes) =>
        JsonNode.Parse(policy)!.AsObject().All(x =>
            x.Value!.AsArray().Any(y => Matches(y!, attributes[x.Key]?["StringValue"]?.GetValue<string>())));

    private static bool Matches(JsonNode rule, string? value) => rule switch
    {
        JsonObject o when o["exists"] is { } exists => exists.GetValue<bool>() == value is not null,
        JsonObject o when o["prefix"] is { } prefix => value?.StartsWith(prefix.GetValue<string>(), StringComparison.Ordinal) == true,
        JsonObject o when o["anything-but"] is JsonArray others => value is not null && others.All(x => x!.GetValue<string>() != value),
        _ => rule.GetValueKind() == JsonValueKind.String && rule.GetValue<string>() == value,
    };
}
