namespace CloudIa.Processor.Llm.Circuits;

/// <summary>Whether a call may be made.</summary>
/// <param name="Refused">How long to wait before the next is asked for; null: it may.</param>
/// <param name="IsProbe">Of all processes this call alone tries a provider that was left alone: what comes of it is for all.</param>
internal readonly record struct CircuitPass(TimeSpan? Refused, bool IsProbe);
