namespace CloudIa.Processor.Llm.Http;

/// <summary>A provider answered with an error. What it said is not in here: it can quote the request.</summary>
internal sealed class ProviderResponseException(int status, ErrorKind kind, TimeSpan? retryAfter) : Exception($"HTTP {status} ({kind})")
{
    public int Status => status;

    public ErrorKind Kind => kind;

    /// <summary>How long the provider asked to wait; null where it did not.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>What an error's body says that its status does not.</summary>
internal enum ErrorKind
{
    Other,
    TooLong,
    Content,
}
