namespace CloudIa.Processor.Llm.Keys;

/// <summary>A provider's key. It leaves here for a request's header, and for nothing else.</summary>
internal interface IApiKey
{
    /// <returns>The key in force; null: the provider needs none.</returns>
    /// <exception cref="ModelUnavailableException">It cannot be read, and was not before.</exception>
    ValueTask<string?> GetAsync(CancellationToken cancellationToken);

    /// <summary>The provider did not take this key: looks for a newer one.</summary>
    /// <returns>Whether there is one.</returns>
    ValueTask<bool> RefreshAsync(string refused, CancellationToken cancellationToken);
}
