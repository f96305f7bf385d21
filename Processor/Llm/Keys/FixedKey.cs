namespace CloudIa.Processor.Llm.Keys;

/// <summary>A key from the configuration, for as long as the process lives.</summary>
internal sealed class FixedKey(string? key) : IApiKey
{
    public ValueTask<string?> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(string.IsNullOrWhiteSpace(key) ? null : key.Trim());

    public ValueTask<bool> RefreshAsync(string refused, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
