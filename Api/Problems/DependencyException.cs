namespace CloudIa.Api.Problems;

/// <summary>Something that this service needs cannot be reached.</summary>
/// <param name="statusCode">502 or 503.</param>
/// <param name="message">For the caller: what was not done, and what to do.</param>
/// <param name="innerException">For the log.</param>
internal sealed class DependencyException(int statusCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int StatusCode => statusCode;
}
