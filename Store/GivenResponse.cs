namespace CloudIa.Store;

/// <summary>What a response of OpenAI's has besides its conversation: not for the model, but for whoever asks for the response.</summary>
public sealed record GivenResponse
{
    /// <summary>Nobody waits for it.</summary>
    public bool Background { get; init; }

    /// <summary>The job of the response that this one goes on from; null: none.</summary>
    public Guid? PreviousJobId { get; init; }

    /// <summary>The first message is the caller's <c>instructions</c>, which the next response does not take over.</summary>
    public bool HasInstructions { get; init; }

    /// <summary>How many of the last messages are this response's own input; those before them are of the responses before.</summary>
    public required int InputCount { get; init; }

    /// <summary>The caller's own, given back as they came.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
