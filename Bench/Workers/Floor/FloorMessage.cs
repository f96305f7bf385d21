using System.Text.Json;

namespace CloudIa.Bench.Workers.Floor;

/// <summary>A message as one writes it by hand: ids and text, no envelope.</summary>
internal sealed record FloorMessage(Guid JobId, int Step, string Text)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static FloorMessage Parse(string json) => JsonSerializer.Deserialize<FloorMessage>(json)!;
}
