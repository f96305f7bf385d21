using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace CloudIa.Notifier.ApiGateway.Management;

/// <summary>No answer has a body that is needed: status and headers say all. (So it does not matter that the base could read XML.)</summary>
internal sealed class ConnectionUnmarshaller(TimeProvider time) : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input) => new ConnectionResponse();

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
        new ConnectionsException(statusCode, Code(input.ResponseData, statusCode), RetryAfter(input.ResponseData), innerException);

    // ForbiddenException:http://…, of which the first part is the name.
    private static string Code(IWebResponseData response, HttpStatusCode statusCode) =>
        response.IsHeaderPresent(ConnectionsProtocol.ErrorType)
            ? response.GetHeaderValue(ConnectionsProtocol.ErrorType).Split(':')[0]
            : statusCode.ToString();

    private TimeSpan? RetryAfter(IWebResponseData response) =>
        response.IsHeaderPresent("Retry-After") && RetryConditionHeaderValue.TryParse(response.GetHeaderValue("Retry-After"), out var value)
            ? value.Delta ?? (value.Date - time.GetUtcNow())
            : null;
}

/// <summary>What API Gateway answered a call of <c>@connections</c> with, other than 2xx.</summary>
internal sealed class ConnectionsException(HttpStatusCode status, string code, TimeSpan? retryAfter, Exception? inner)
    : AmazonServiceException($"API Gateway answered {(int)status} ({code}) to a call of @connections.", inner, ErrorType.Unknown, code, "", status)
{
    /// <summary>How long it asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
