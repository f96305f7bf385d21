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

    /// <summary>Of a call that sends: true where the message may be in its queue or topic all the same, as after an answer that was lost.</summary>
    public bool MayBeSent { get; init; }
}
