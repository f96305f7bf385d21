using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>The SDK's way to the fake: requests come in as on the wire and answers go out so.</summary>
internal sealed class FakeHttp(FakeAccount account) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        account.Clock.Touch();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(CancellationToken.None);
        var target = request.Headers.TryGetValues("X-Amz-Target", out var targets) ? targets.Single() : null;
        try
        {
            return target is null
                ? await SnsAsync(request, QueryForm.Parse(body))
                : await SqsAsync(request, target, JsonNode.Parse(body)!.AsObject(), cancellationToken);
        }
        finally
        {
            account.Clock.Touch();
        }
    }

    private async Task<HttpResponseMessage> SqsAsync(HttpRequestMessage request, string target, JsonObject input,
        CancellationToken cancellationToken)
    {
        var action = target.Split('.')[1];
        var entity = input["QueueName"]?.GetValue<string>() ?? input["QueueUrl"]?.GetValue<string>().Split('/')[^1] ?? "";
        var entries = (input["Entries"] as JsonArray)?.Count ?? 1;
        try
        {
            CheckSignature(request, "sqs");
            var fault = await BeforeAsync(action, entity, entries, cancellationToken);
            var output = await account.Sqs.CallAsync(action, input, fault, cancellationToken);
            ThrowAfter(fault);
            return Answer(HttpStatusCode.OK, output.ToJsonString(), "application/x-amz-json-1.0");
        }
        catch (AwsError error)
        {
            var response = Answer((HttpStatusCode)error.Status,
                new JsonObject { ["__type"] = "com.amazonaws.sqs#" + error.Shape, ["message"] = error.Message }.ToJsonString(),
                "application/x-amz-json-1.0");
            response.Headers.Add("x-amzn-query-error", $"{error.Code};{(error.SenderFault ? "Sender" : "Receiver")}");
            return response;
        }
    }

    private async Task<HttpResponseMessage> SnsAsync(HttpRequestMessage request, QueryForm input)
    {
        var action = input["Action"] ?? "";
        var entity = input["Name"] ?? input["TopicArn"]?.Split(':')[^1] ?? input["SubscriptionArn"]?.Split(':')[^2] ?? "";
        try
        {
            CheckSignature(request, "sns");
            var fault = await BeforeAsync(action, entity, Math.Max(1, input.Count("PublishBatchRequestEntries.member")), CancellationToken.None);
            var result = account.Sns.Call(action, input, fault);
            ThrowAfter(fault);
            var answer = new XElement(FakeSns.Xml + (action + "Response"), result,
                new XElement(FakeSns.Xml + "ResponseMetadata", new XElement(FakeSns.Xml + "RequestId", account.NewId())));
            return Answer(HttpStatusCode.OK, answer.ToString(SaveOptions.DisableFormatting), "text/xml");
        }
        catch (AwsError error)
        {
            var answer = new XElement(FakeSns.Xml + "ErrorResponse",
                new XElement(FakeSns.Xml + "Error",
                    new XElement(FakeSns.Xml + "Type", error.SenderFault ? "Sender" : "Receiver"),
                    new XElement(FakeSns.Xml + "Code", error.Shape == "RequestThrottled" ? "Throttling" : error.Shape),
                    new XElement(FakeSns.Xml + "Message", error.Message)),
                new XElement(FakeSns.Xml + "RequestId", account.NewId()));
            return Answer((HttpStatusCode)error.Status, answer.ToString(SaveOptions.DisableFormatting), "text/xml");
        }
    }

    private async Task<AwsFault?> BeforeAsync(string action, string entity, int entries, CancellationToken cancellationToken)
    {
        account.Record(new FakeAccount.Call(action, entity, entries, account.Clock.GetUtcNow()));
        var fault = account.Faults.Next(action, entity);
        if (fault is { Latency.Ticks: > 0 })
            await Task.Delay(fault.Latency, account.Clock, cancellationToken);
        if (fault?.Gate is { } gate)
            await gate();
        if (fault?.BeforeCommit is { } failure)
            throw failure();
        return fault;
    }

    private static void ThrowAfter(AwsFault? fault)
    {
        if (fault?.AfterCommit is { } failure)
            throw failure();
    }

    private static void CheckSignature(HttpRequestMessage request, string service)
    {
        var authorization = request.Headers.TryGetValues("Authorization", out var values) ? string.Join(" ", values) : "";
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 Credential=", StringComparison.Ordinal)
            || !authorization.Contains($"/{FakeAccount.Region}/{service}/aws4_request", StringComparison.Ordinal)
            || !request.Headers.Contains("X-Amz-Date"))
        {
            throw new AwsError("MissingAuthenticationToken", "The request is not signed as AWS wants it: " + authorization, status: 403);
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string contentType) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, contentType) };
}
