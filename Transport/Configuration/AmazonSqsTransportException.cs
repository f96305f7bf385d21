namespace MassTransit;

/// <summary>The transport could not do what it was asked.</summary>
public class AmazonSqsTransportException : MassTransitException
{
    public AmazonSqsTransportException()
    {
    }

    public AmazonSqsTransportException(string message)
        : base(message)
    {
    }

    public AmazonSqsTransportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Of a call that sends: true where the message may be in its queue or topic all the same.</summary>
    public bool MayBeSent { get; init; }
}
