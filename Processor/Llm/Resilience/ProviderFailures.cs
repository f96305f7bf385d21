using System.ClientModel;
using Anthropic.Exceptions;
using CloudIa.Processor.Llm.Http;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>Says in our words what went wrong with a provider, without theirs: those can quote the request, or part of the key.</summary>
internal sealed class ProviderFailures(string provider)
{
    public Exception Of(Exception exception) => exception switch
    {
        ModelRefusedException or ModelUnavailableException => exception,
        ProviderResponseException answer => OfStatus(answer),
        AnthropicSseException broken => OfStreamError(broken.Type?.Raw()),
        ClientResultException or HttpRequestException or IOException or AnthropicIOException =>
            Unavailable(ModelFailureReason.Network, $"could not be reached ({exception.GetType().Name})"),
        BrokenCircuitException open => Open(open.RetryAfter),
        TimeoutRejectedException late => Unavailable(ModelFailureReason.TimedOut, $"gave no first token within {late.Timeout.TotalSeconds:0.###} s"),
        OperationCanceledException => Unavailable(ModelFailureReason.Network, "broke the call off"),
        _ => Unavailable(ModelFailureReason.UnreadableAnswer, $"sent what cannot be read ({exception.GetType().Name})"),
    };

    public ModelUnavailableException Broken() =>
        Unavailable(ModelFailureReason.StreamBroken, "broke its answer off: the stream ended without a finish reason");

    public ModelUnavailableException Empty() => Unavailable(ModelFailureReason.EmptyAnswer, "finished without a word");

    public ModelUnavailableException Stalled(TimeSpan timeout) =>
        Unavailable(ModelFailureReason.TimedOut, $"gave no next token within {timeout.TotalSeconds:0.###} s");

    public ModelUnavailableException Open(TimeSpan? wait) =>
        Unavailable(ModelFailureReason.CircuitOpen, "failed too often lately and is left alone for a while (circuit open)", wait);

    public ModelUnavailableException Busy(int calls) =>
        Unavailable(ModelFailureReason.ProviderBusy, $"is answering {calls} requests of this process, as many as it may (Llm:Providers:<n>:MaxConcurrentCalls)");

    public ModelRefusedException Refused() => new(
        $"The provider '{provider}' refused to answer: its content filter stopped the request or the answer. It would again, so it is not asked again.",
        ModelRefusal.Content);

    private Exception OfStatus(ProviderResponseException answer) => answer switch
    {
        { Kind: ErrorKind.Content } => Refused(),
        { Kind: ErrorKind.TooLong } => new ModelRefusedException(
            $"The request is longer than the provider '{provider}' takes (HTTP {answer.Status}). Ask for a model with a larger context window, or say in Llm:Providers:<n>:ContextWindow how large this one is, so that the history is cut to it.",
            ModelRefusal.TooLong),
        { Status: 429 } => Unavailable(ModelFailureReason.RateLimited, "has too many requests (HTTP 429)", answer.RetryAfter),
        { Status: 408 or 409 or 425 or >= 500 } => Unavailable(ModelFailureReason.ServerError, $"failed (HTTP {answer.Status})", answer.RetryAfter),
        { Status: 401 or 402 or 403 or 404 } => Refused(answer.Status, ModelRefusal.Misconfigured),
        { Status: >= 400 } => Refused(answer.Status, ModelRefusal.Request),
        _ => Unavailable(ModelFailureReason.UnreadableAnswer, $"sent what cannot be read (HTTP {answer.Status})"),
    };

    /// <summary>An error in a stream that began well has no status.</summary>
    private ModelUnavailableException OfStreamError(string? type) => type switch
    {
        "rate_limit_error" => Unavailable(ModelFailureReason.RateLimited, "has too many requests (it said so in its stream)"),
        _ => Unavailable(ModelFailureReason.ServerError, "failed (it said so in its stream)"),
    };

    private ModelRefusedException Refused(int status, ModelRefusal kind) => new(
        $"The provider '{provider}' refused the request (HTTP {status}). It would again, so it is not asked again: " +
        "401 and 403 call for another Llm:Providers:<n>:ApiKey, 404 for another BaseUrl or Model, the others for another or a shorter message.",
        kind);

    private ModelUnavailableException Unavailable(ModelFailureReason reason, string what, TimeSpan? retryAfter = null) =>
        new(reason, $"The provider '{provider}' {what}. The message is tried again a few times; if that does not help, see whether the provider is up.", retryAfter);
}
