namespace MassTransit;

/// <summary>SQS or SNS could not be reached, or refused a call.</summary>
public class AmazonSqsConnectionException : ConnectionException
{
    public AmazonSqsConnectionException()
    {
    }

    public AmazonSqsConnectionException(string message)
        : base(message)
    {
    }

    public AmazonSqsConnectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
