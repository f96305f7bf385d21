using System.Text.Json;

namespace CloudIa.Tests.FakeAnthropic;

/// <summary>What the fake server was asked.</summary>
public sealed class AnthropicRequest
{
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All that was said, as it was.</summary>
    public required JsonElement Body { get; init; }

    public required string? ApiKey { get; init; }

    public required string? Version { get; init; }

    public string Model => Body.GetProperty("model").GetString()!;

    public int MaxTokens => Body.GetProperty("max_tokens").GetInt32();

    /// <summary>The blocks' texts joined; null where there is none.</summary>
    public string? System => Body.TryGetProperty("system", out var system) ? Text(system) : null;

    public IReadOnlyList<(string Role, string Content)> Messages =>
        [.. Body.GetProperty("messages").EnumerateArray().Select(x => (x.GetProperty("role").GetString()!, Text(x.GetProperty("content"))))];

    /// <summary>Completes when the client closed the connection before the answer was whole.</summary>
    public Task Abandoned => _abandoned.Task;

    internal void Abandon() => _abandoned.TrySetResult();

    private static string Text(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(x => x.GetProperty("text").GetString()));
}
