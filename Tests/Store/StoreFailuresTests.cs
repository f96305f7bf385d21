using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using CloudIa.Store;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class StoreFailuresTests
{
    public static TheoryData<Exception, bool> OfACall => new()
    {
        { new AmazonClientException("no answer"), true },
        { new HttpRequestException("no connection"), true },
        { new TimeoutException(), true },
        { Answer(HttpStatusCode.InternalServerError, "InternalServerError"), true },
        { Answer(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), true },
        { Answer(0, ""), true },
        { new ProvisionedThroughputExceededException("slower") { StatusCode = HttpStatusCode.BadRequest, ErrorCode = "ProvisionedThroughputExceededException" }, true },
        { Answer(HttpStatusCode.BadRequest, "ThrottlingException"), true },
        { Answer(HttpStatusCode.BadRequest, "ValidationException"), false },
        { Answer(HttpStatusCode.BadRequest, "AccessDeniedException"), false },
    };

    [Theory]
    [MemberData(nameof(OfACall), DisableDiscoveryEnumeration = true)]
    public void What_may_pass_is_told_from_what_is_refused(Exception exception, bool mayPass)
    {
        StoreFailures.IsOfStore(exception).ShouldBeTrue();
        StoreFailures.MayPass(exception).ShouldBe(mayPass);
    }

    [Fact]
    public void Other_faults_are_not_the_stores()
    {
        StoreFailures.IsOfStore(new InvalidOperationException()).ShouldBeFalse();
        StoreFailures.MayPass(new InvalidOperationException()).ShouldBeFalse();
    }

    private static AmazonDynamoDBException Answer(HttpStatusCode status, string code) => new("as DynamoDB says it") { StatusCode = status, ErrorCode = code };
}
