using System.ClientModel;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>Says in our words what went wrong with a provider, without theirs: those can quote the request, or part of the key.</summary>
internal sealed class ProviderFailures(string provider, TimeProvider time)
{
    public Exception Of(Exception exception) => exception switch
    {
        ModelRefusedException or ModelUnavailableException => exception,
        ClientResultException { Status: > 0 } answer => OfStatus(answer.Status, RetryAfter.Of(answer.GetRawResponse()?.Headers, time)),
        ClientResultException or HttpRequestException or IOException => Unavailable(ModelFailureReason.Network, $"could not be reached ({exception.GetType().Name})"),
        BrokenCircuitException open => Unavailable(ModelFailureReason.CircuitOpen, "failed too often lately and is left alone for a while (circuit open)", open.RetryAfter),
        TimeoutRejectedException late => Unavailable(ModelFailureReason.TimedOut, $"gave no first token within {late.Timeout.TotalSeconds:0.###} s"),
        OperationCanceledException => Unavailable(ModelFailureReason.Network, "broke the call off"),
        _ => Unavailable(ModelFailureReason.UnreadableAnswer, $"sent what cannot be read ({exception.GetType().Name})"),
    };

    public ModelUnavailableException Broken() =>
        Unavailable(ModelFailureReason.StreamBroken, "broke its answer off: the stream ended without a finish reason");

    public ModelUnavailableException Empty() => Unavailable(ModelFailureReason.EmptyAnswer, "finished without a word");

    public ModelUnavailableException Stalled(TimeSpan timeout) =>
        Unavailable(ModelFailureReason.TimedOut, $"gave no next token within {timeout.TotalSeconds:0.###} s");

    public ModelRefusedException Refused() =>
        new($"The provider '{provider}' refused to answer: its content filter stopped the request or the answer. It would again, so it is not asked again.");

    private Exception OfStatus(int status, TimeSpan? retryAfter) => status switch
    {
        429 => Unavailable(ModelFailureReason.RateLimited, "has too many requests (HTTP 429)", retryAfter),
        408 or 409 or 425 or >= 500 => Unavailable(ModelFailureReason.ServerError, $"failed (HTTP {status})", retryAfter),
        >= 400 => new ModelRefusedException(
            $"The provider '{provider}' refused the request (HTTP {status}). It would again, so it is not asked again: " +
            "401 and 403 call for another Llm:Providers:<n>:ApiKey, 404 for another BaseUrl or Model, the others for another or a shorter message."),
        _ => Unavailable(ModelFailureReason.UnreadableAnswer, $"sent what cannot be read (HTTP {status})"),
    };

    private ModelUnavailableException Unavailable(ModelFailureReason reason, string what, TimeSpan? retryAfter = null) =>
        new(reason, $"The provider '{provider}' {what}. The message is redelivered a few times; if that does not help, see whether the provider is up.", retryAfter);
}
