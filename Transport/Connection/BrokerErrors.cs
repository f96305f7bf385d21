using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>Tells an outage from an answer.</summary>
internal static class BrokerErrors
{
    /// <summary>Nobody answered, or the answer was that SQS or SNS is not well.</summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        AmazonServiceException service => service.StatusCode is 0 or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout || HasTransportCause(service) || IsThrottling(service),
        AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException => true,
        // Ours are never cancelled while they run: it is the HTTP client's timeout.
        OperationCanceledException => true,
        _ => false,
    };

    /// <summary>It works, and there are too many calls of this account.</summary>
    public static bool IsThrottling(Exception exception) => exception is AmazonServiceException service
        && (service.StatusCode == HttpStatusCode.TooManyRequests
            || service.ErrorCode is "RequestThrottled" or "RequestThrottledException" or "Throttling" or "ThrottlingException" or "Throttled"
                or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded" or "SlowDown");

    public static AmazonSqsConnectionException Outage(string what, Exception exception) => IsThrottling(exception)
        ? new AmazonSqsConnectionException($"{what}: SQS or SNS throttles this account ({exception.Message}). Call it less often, or ask AWS " +
            "for more; Config(new AmazonSQSConfig { MaxErrorRetry }) says how often to try.", exception)
        : new($"{what}: SQS or SNS did not answer ({exception.GetBaseException().Message}). " +
            "Check region or service URL, network and credentials; " +
            "Config(new AmazonSQSConfig { Timeout, MaxErrorRetry }) says how long to try.",
            exception);

    private static bool HasTransportCause(Exception exception) =>
        exception.InnerException is HttpRequestException or IOException or SocketException or TimeoutException;
}
