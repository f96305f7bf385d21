namespace CloudIa.Tests.FakeOpenAi;

/// <summary>What the fake server was asked.</summary>
public sealed class FakeRequest
{
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required string Model { get; init; }

    public required bool Stream { get; init; }

    public required bool IncludeUsage { get; init; }

    public required IReadOnlyList<FakeMessage> Messages { get; init; }

    /// <summary>All that was said, as it was.</summary>
    public required System.Text.Json.JsonElement Body { get; init; }

    public required string? Authorization { get; init; }

    /// <summary>Completes when the client closed the connection before the answer was whole.</summary>
    public Task Abandoned => _abandoned.Task;

    internal void Abandon() => _abandoned.TrySetResult();
}

public sealed record FakeMessage(string Role, string Content);
