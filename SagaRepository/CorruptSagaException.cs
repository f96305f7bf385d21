using MassTransit;

namespace CloudIa.SagaRepository;

/// <summary>What Redis holds under a saga's key is not that saga. The message names key and reason, and never the value.</summary>
public sealed class CorruptSagaException : SagaException
{
    public CorruptSagaException(string message, Type sagaType, Guid correlationId)
        : base(message, sagaType, correlationId)
    {
    }

    public CorruptSagaException()
    {
    }
}
