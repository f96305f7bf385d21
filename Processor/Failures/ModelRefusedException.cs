namespace CloudIa.Processor;

/// <summary>A model will not answer this request, however often it is asked: never retried, never redelivered.</summary>
/// <remarks>The saga knows it by its full name in the fault, so the name is part of the contract. Never holds what was asked or answered.</remarks>
public sealed class ModelRefusedException(string message) : Exception(message);
