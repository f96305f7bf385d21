namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>An error as AWS answers it.</summary>
/// <param name="shape">The name in SQS's JSON (<c>QueueDoesNotExist</c>), or SNS's code.</param>
/// <param name="message">For people.</param>
/// <param name="queryCode">SQS's older code where it differs.</param>
/// <param name="status">Of HTTP.</param>
internal sealed class AwsError(string shape, string message, string? queryCode = null, int status = 400) : Exception(message)
{
    public string Shape => shape;

    public string Code => queryCode ?? shape;

    public int Status => status;

    public bool SenderFault => status < 500;

    public static AwsError NoQueue() => new("QueueDoesNotExist",
        "The specified queue does not exist.", "AWS.SimpleQueueService.NonExistentQueue");

    public static AwsError Parameter(string message) => new("InvalidParameterValue", message);

    public static AwsError Receipt(string receipt) => new("ReceiptHandleIsInvalid", $"The input receipt handle \"{receipt}\" is not valid.");

    public static AwsError ExpiredReceipt(string receipt) =>
        Parameter($"Value {receipt} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");

    public static AwsError NotInFlight() => new("MessageNotInflight", "The message is not in flight.",
        "AWS.SimpleQueueService.MessageNotInflight");

    /// <summary>SNS's.</summary>
    public static AwsError Invalid(string message) => new("InvalidParameter", "Invalid parameter: " + message);

    public static AwsError NoTopic() => new("NotFound", "Topic does not exist", status: 404);
}
