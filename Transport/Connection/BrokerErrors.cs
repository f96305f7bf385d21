using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS.Model;
using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>Tells an outage from an answer, and says of either what was asked, why it failed and what to do.</summary>
internal static class BrokerErrors
{
    // A policy has 8 KiB, and a message is for reading.
    private const int LongestValue = 200;

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

    /// <summary>What was asked for is not there: who asked can find or make it anew.</summary>
    public static bool IsGone(Exception exception) => exception is QueueDoesNotExistException or NotFoundException;

    /// <summary>AWS lets a queue's name rest for a minute after the queue was deleted.</summary>
    public static bool IsResting(Exception exception) => exception is QueueDeletedRecentlyException || exception.InnerException is QueueDeletedRecentlyException;

    /// <summary>Makes a call, and explains why it fails; <see cref="IsGone"/> passes as it is.</summary>
    /// <param name="action">AWS's name of the call, which is also that of the right to it.</param>
    /// <param name="entity">Queue or topic.</param>
    /// <param name="call">The call.</param>
    /// <param name="values">What was asked for, such as attributes.</param>
    /// <param name="cancellationToken">When it is cancelled, so is the call, and nothing failed.</param>
    public static async Task<T> ExplainAsync<T>(string action, string entity, Func<Task<T>> call,
        IEnumerable<KeyValuePair<string, string>>? values = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfBroker(exception) && !IsGone(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw Explain(action, entity, exception, values);
        }
    }

    /// <summary>An answer of SQS, SNS or the way there, which nobody has explained yet.</summary>
    public static bool IsOfBroker(Exception exception) => exception is AmazonServiceException || IsOutage(exception);

    public static AmazonSqsConnectionException Explain(string action, string entity, Exception exception,
        IEnumerable<KeyValuePair<string, string>>? values = null, bool mayBeSent = false)
    {
        var asked = values is null ? "" : string.Join(", ", values.Select(x => $"{x.Key} = {Short(x.Value)}"));
        var what = $"{action} {entity}{(asked.Length == 0 ? "" : $" ({asked})")} failed: ";
        return new AmazonSqsConnectionException(what + (IsOutage(exception) ? Outage(exception) : Refusal(action, entity, (AmazonServiceException)exception)),
            exception)
        {
            MayBeSent = mayBeSent,
        };
    }

    private static string Outage(Exception exception)
    {
        if (IsThrottling(exception))
        {
            return $"SQS or SNS throttles this account ({exception.Message}). Call it less often, or ask AWS for more; " +
                "Config(new AmazonSQSConfig { MaxErrorRetry }) says how often to try.";
        }

        if (exception is AmazonClientException && exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase))
        {
            return $"there are no credentials to sign it with ({exception.Message}). Give the process a role, a profile or AWS_ACCESS_KEY_ID and " +
                "AWS_SECRET_ACCESS_KEY, or say h.Credentials(…), or h.AccessKey(…) and h.SecretKey(…), in cfg.Host.";
        }

        return $"SQS or SNS did not answer ({Cause(exception)}). Check region or service URL, network and credentials; " +
            "Config(new AmazonSQSConfig { Timeout, MaxErrorRetry }) says how long to try.";
    }

    private static string Refusal(string action, string entity, AmazonServiceException exception) =>
        $"AWS refused it with {exception.ErrorCode}, {exception.Message.TrimEnd('.')}. {Remedy(action, entity, exception)}";

    private static string Remedy(string action, string entity, AmazonServiceException exception) => exception.ErrorCode switch
    {
        "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" or "InvalidSignatureException" or "MissingAuthenticationToken"
            or "IncompleteSignature" or "ExpiredToken" or "ExpiredTokenException" or "InvalidSecurity" or "InvalidAccessKeyId" =>
            "Check access key, secret, session token and the clock of this machine: AWS does not know who asks.",
        { } code when code.StartsWith("KMS", StringComparison.OrdinalIgnoreCase) =>
            $"Check the key that encrypts {entity}: it must be enabled, and its policy must let this process and sns.amazonaws.com use it.",
        { } code when code.Contains("AccessDenied", StringComparison.Ordinal) || code.StartsWith("AuthorizationError", StringComparison.Ordinal)
            || exception.StatusCode == HttpStatusCode.Forbidden =>
            $"Give the role of this process the right to {action} on {entity}, or create and configure it elsewhere. Transport/README.md, IAM, has what each role needs.",
        _ when IsResting(exception) => "Wait a minute after deleting a queue, or give the endpoint another name.",
        "InvalidAttributeName" or "InvalidAttributeValue" or "InvalidParameter" or "InvalidParameterValue" or "InvalidParameterException"
            or "ValidationError" or "InvalidTag" or "InvalidParameterCombination" or "UnsupportedOperation" or "AWS.SimpleQueueService.UnsupportedOperation" =>
            "Mend the setting that it names: QueueAttributes, TopicAttributes, TopicSubscriptionAttributes or QueueSubscriptionAttributes, the tags, or the name.",
        { } code when code.Contains("Limit", StringComparison.OrdinalIgnoreCase) || code.Contains("Quota", StringComparison.Ordinal) =>
            "Delete what nobody uses, or ask AWS for a higher quota.",
        _ => "Look the code up in the API reference of SQS or SNS.",
    };

    // .NET says host and port in the exception around the socket's.
    private static string Cause(Exception exception)
    {
        for (var at = exception; at is not null; at = at.InnerException)
        {
            if (at is HttpRequestException)
                return at.Message;
        }

        return exception.GetBaseException().Message;
    }

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";

    private static bool HasTransportCause(Exception exception) =>
        exception.InnerException is HttpRequestException or IOException or SocketException or TimeoutException;
}
