using CloudIa.Processor.Context;
using CloudIa.Processor.Llm.Circuits;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm;

/// <summary>A model to ask, through its provider's timeouts, retries and circuit breaker.</summary>
/// <remarks>The client throws <see cref="ModelRefusedException"/> and <see cref="ModelUnavailableException"/> only.</remarks>
/// <param name="Model">The name by which it is asked for; the provider may know it under another.</param>
/// <param name="Circuit">Null: there is none, and it is always asked.</param>
/// <param name="Timeout">How long it may take to its first token, with all retries, and its place in the queue.</param>
/// <param name="Window">Null: it takes whatever it is told.</param>
internal sealed record ModelChoice(string Provider, string Model, IChatClient Client, Circuit? Circuit = null, TimeSpan Timeout = default, TokenWindow? Window = null);
