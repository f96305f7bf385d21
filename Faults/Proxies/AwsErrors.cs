using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Faults.Proxies;

/// <summary>Errors in AWS's own words, so that the SDK knows what they are.</summary>
internal static class AwsErrors
{
    public static Task ThrottleAsync(HttpContext context, Operation operation) => operation switch
    {
        { Upstream: Upstream.Store } => JsonAsync(context, StatusCodes.Status400BadRequest, "ProvisionedThroughputExceededException",
            """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}"""),
        _ when IsSns(context) => XmlAsync(context, StatusCodes.Status400BadRequest, "Sender", "Throttled", "Rate exceeded"),
        _ => JsonAsync(context, StatusCodes.Status400BadRequest, "RequestThrottled;Sender",
            """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Rate exceeded"}"""),
    };

    public static Task UnavailableAsync(HttpContext context, Operation operation) => operation switch
    {
        { Upstream: Upstream.Store } => JsonAsync(context, StatusCodes.Status500InternalServerError, "InternalServerError",
            """{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"The request processing has failed."}"""),
        _ when IsSns(context) => XmlAsync(context, StatusCodes.Status503ServiceUnavailable, "Receiver", "ServiceUnavailable", "Service is unavailable"),
        _ => JsonAsync(context, StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable;Receiver",
            """{"__type":"com.amazonaws.sqs#ServiceUnavailable","message":"Service is unavailable"}"""),
    };

    private static bool IsSns(HttpContext context) => !context.Request.Headers.ContainsKey(HttpProxy.TargetHeader);

    private static Task JsonAsync(HttpContext context, int status, string error, string body)
    {
        context.Response.Headers["x-amzn-query-error"] = error;
        return WriteAsync(context, status, "application/x-amz-json-1.0", body);
    }

    private static Task XmlAsync(HttpContext context, int status, string type, string code, string message) => WriteAsync(context, status, MediaTypeNames.Text.Xml,
        $"""
        <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
          <Error><Type>{type}</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{context.TraceIdentifier}</RequestId>
        </ErrorResponse>
        """);

    private static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers["x-amzn-RequestId"] = context.TraceIdentifier;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
    }
}
