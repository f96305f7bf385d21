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
}
