namespace CloudIa.Processor;

/// <summary>A model gave no whole answer, but may give one later.</summary>
/// <remarks>
/// The saga knows it by its full name in the fault, so the name is part of the contract. It has no inner exception on purpose: what
/// an SDK says of a failed call can quote the request, and a fault carries every inner exception's text to the dead letters.
/// </remarks>
public sealed class ModelUnavailableException(ModelFailureReason reason, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public ModelFailureReason Reason { get; } = reason;

    /// <summary>How long the provider asked to wait; null where it did not.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether a provider was asked. Where it is open until a known time, or busy, it was not: such a try does not count.</summary>
    public bool WasAsked { get; init; } = reason is not ModelFailureReason.ProviderBusy && !(reason is ModelFailureReason.CircuitOpen && retryAfter is not null);
}

public enum ModelFailureReason
{
    /// <summary>No connection, or it was cut before the first token.</summary>
    Network,

    /// <summary>408, 409, 425 or 5xx.</summary>
    ServerError,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>No first token, or no next one, in time.</summary>
    TimedOut,

    /// <summary>The provider failed too often lately and is not asked for a while.</summary>
    CircuitOpen,

    /// <summary>The provider is answering as many requests of this process as it may.</summary>
    ProviderBusy,

    /// <summary>Its key could not be read.</summary>
    KeyUnavailable,

    /// <summary>The stream ended, or broke, before the model said that it had finished.</summary>
    StreamBroken,

    /// <summary>The model said that it had finished, without a character of text.</summary>
    EmptyAnswer,

    /// <summary>What came is not what the provider's interface promises.</summary>
    UnreadableAnswer,
}
