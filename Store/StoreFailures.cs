using Amazon.Runtime;

namespace CloudIa.Store;

/// <summary>
/// What a call of the table can fail with. In the AWS SDK's fourth version what DynamoDB answers (<see cref="AmazonServiceException"/>) and what no answer came to
/// (<see cref="AmazonClientException"/>) have nothing in common but <see cref="Exception"/>.
/// </summary>
public static class StoreFailures
{
    /// <summary>DynamoDB says so with 400, as it does of a request that is wrong.</summary>
    private static readonly HashSet<string> Throttled = new(StringComparer.Ordinal)
    {
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "Throttling",
    };

    /// <summary>A call failed, for whatever reason: no answer, a refusal, DynamoDB's own fault.</summary>
    public static bool IsOfStore(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException;

    /// <summary>The same call may well succeed later: no answer, throttled, DynamoDB's own fault. Not what it refuses, which is a mistake of ours or in its rights.</summary>
    public static bool MayPass(Exception exception) => exception is AmazonServiceException { StatusCode: > 0 and < System.Net.HttpStatusCode.InternalServerError } refused
        ? Throttled.Contains(refused.ErrorCode ?? "")
        : IsOfStore(exception);
}
