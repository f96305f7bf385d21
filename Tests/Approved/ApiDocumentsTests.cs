using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Documents;
using CloudIa.Notifier.WebSockets;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Approved;

/// <summary>What clients are told of HTTP and of the events: made from the code, and approved.</summary>
public sealed class ApiDocumentsTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_OpenAPI_document_is_the_approved_one()
    {
        using var client = api.Client(standIns.UniqueName("user"));
        var document = (await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        document["openapi"]!.GetValue<string>().ShouldStartWith("3.1");
        document.Remove("servers");
        ApprovedFile.ShouldBe("openapi.json", document.ToJsonString(Indented));
    }

    [Fact]
    public void The_AsyncAPI_document_is_the_approved_one() => ApprovedFile.ShouldBe("asyncapi.json", AsyncApiDocument.Text);

    [Fact]
    public void Each_reference_in_the_AsyncAPI_document_leads_somewhere()
    {
        var document = JsonNode.Parse(AsyncApiDocument.Text)!;
        var references = References(document).ToList();

        references.Count.ShouldBeGreaterThan(40);
        references.ShouldAllBe(x => Find(document, x) != null);
    }

    [Fact]
    public void Each_kind_of_event_has_a_schema_with_its_own_fields()
    {
        var schemas = ClientEventJson.Schemas();

        schemas.Keys.ShouldBe(
            [JobAccepted.Name, JobStarted.Name, JobDelayed.Name, MessageDelta.Name, MessageReset.Name, MessageCompleted.Name, JobError.Name, JobCancelled.Name], ignoreOrder: true);
        schemas[MessageDelta.Name]["properties"]!.AsObject().Select(x => x.Key).ShouldBe(["event", "content", "jobId", "chatId", "seq", "attempt", "timestamp"], ignoreOrder: true);
    }

    [Fact]
    public void What_the_socket_says_and_takes_has_the_fields_of_its_schema()
    {
        var schemas = AsyncApiDocument.FrameSchemas;
        (string Schema, StatusFrame Frame)[] said =
        [
            ("connected", StatusFrame.Connected("c", "s")), ("pong", StatusFrame.Pong), ("refused", StatusFrame.Error("m", Guid.Empty, Guid.Empty)),
        ];
        foreach (var (name, frame) in said)
            Fields(JsonNode.Parse(frame.ToUtf8Bytes())!).ShouldBe(Fields(schemas[name]["properties"]!), ignoreOrder: true, name);
        foreach (var (name, frame) in new[]
        {
            ("subscribed", StatusFrame.Subscribed(Guid.Empty, 1)), ("subscribed", StatusFrame.SubscribedToChat(Guid.Empty, 1)), ("subscribed", StatusFrame.SubscribedToUser),
            ("unsubscribed", StatusFrame.Unsubscribed with { JobId = Guid.Empty }), ("unsubscribed", StatusFrame.UnsubscribedFromUser),
        })
            Fields(JsonNode.Parse(frame.ToUtf8Bytes())!).ShouldBeSubsetOf(Fields(schemas[name]["properties"]!), name);
    }

    [Theory]
    [InlineData("subscribe", "jobId", "lastSeq", typeof(SubscribeFrame))]
    [InlineData("subscribe", "chatId", "lastSeq", typeof(SubscribeChatFrame))]
    [InlineData("subscribe", "scope", null, typeof(SubscribeUserFrame))]
    [InlineData("unsubscribe", "jobId", null, typeof(UnsubscribeJobFrame))]
    [InlineData("unsubscribe", "chatId", null, typeof(UnsubscribeChatFrame))]
    [InlineData("unsubscribe", "scope", null, typeof(UnsubscribeUserFrame))]
    [InlineData("ack", "jobId", "seq", typeof(AcknowledgeFrame))]
    [InlineData("ping", null, null, typeof(PingFrame))]
    public void What_a_client_may_send_has_the_fields_of_its_schema(string action, string? target, string? number, Type frame)
    {
        var known = Fields(AsyncApiDocument.FrameSchemas[action]["properties"]!);
        var request = new JsonObject { ["action"] = action };
        if (target is not null)
            request[target] = target == "scope" ? "user" : "0190c3a0-0000-7000-8000-000000000000";
        if (number is not null)
            request[number] = 3;

        Fields(request).ShouldBeSubsetOf(known);
        ClientFrame.Parse(Encoding.UTF8.GetBytes(request.ToJsonString())).ShouldBeOfType(frame);
        foreach (var other in new[] { "jobId", "chatId", "scope", "lastSeq", "seq", "more" }.Except(known))
        {
            var more = request.DeepClone();
            more[other] = 1;
            ClientFrame.Parse(Encoding.UTF8.GetBytes(more.ToJsonString())).ShouldBeOfType<BadFrame>(other);
        }
    }

    private static string[] Fields(JsonNode value) => [.. value.AsObject().Select(x => x.Key)];

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject value when value["$ref"] is { } reference => [reference.GetValue<string>()],
        JsonObject value => value.SelectMany(x => References(x.Value)),
        JsonArray values => values.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Find(JsonNode document, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (at, name) => at?[name]);
}
