namespace MassTransit;

/// <summary>The transport is set up in a way that AWS does not take.</summary>
public class AmazonSqsTransportConfigurationException : AmazonSqsTransportException
{
    public AmazonSqsTransportConfigurationException()
    {
    }

    public AmazonSqsTransportConfigurationException(string message)
        : base(message)
    {
    }

    public AmazonSqsTransportConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
