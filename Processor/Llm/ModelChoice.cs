using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm;

/// <summary>A model to ask, through its provider's timeouts, retries and circuit breaker.</summary>
/// <remarks>The client throws <see cref="ModelRefusedException"/> and <see cref="ModelUnavailableException"/> only.</remarks>
internal sealed record ModelChoice(string Provider, string Model, IChatClient Client);
