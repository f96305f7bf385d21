using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Shouldly;

namespace CloudIa.Tests.OpenAi;

/// <summary>What tests of the responses ask with.</summary>
public abstract class ResponsesTest(ApiFixture api, StandInsFixture standIns) : DoorTest(api, standIns)
{
    protected override string Path => "/v1/responses";

    protected static JsonObject Body(string? field = null, string value = "null")
    {
        var body = JsonNode.Parse("""{"model":"m","input":"hello"}""")!.AsObject();
        if (field is not null)
            body[field] = JsonNode.Parse(value);
        return body;
    }

    private protected static JsonObject Following(JobRecord job, string input) => new() { ["model"] = "m", ["input"] = input, ["previous_response_id"] = $"resp_{job.JobId:N}" };

    protected static List<string> Types(IEnumerable<JsonNode> events) => [.. events.Select(x => (string)x["type"]!)];

    protected static List<long> Numbers(IEnumerable<JsonNode> events) => [.. events.Select(x => (long)x["sequence_number"]!)];

    protected static string Said(IEnumerable<JsonNode> events) => string.Concat(events.Where(x => (string?)x["type"] == "response.output_text.delta").Select(x => (string?)x["delta"]));

    protected static async Task<JsonNode> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    protected Task<HttpResponseMessage> GetAsync(string path) => Api.Client(User).GetAsync(new Uri(path, UriKind.Relative), Token);

    private protected async Task<JobRecord> BackgroundAsync(JsonObject? body = null)
    {
        body ??= Body();
        body["background"] = true;
        return await JobAsync(await PostAsync(body));
    }

    private protected async Task<JsonNode> ResponseAsync(JobRecord job) => await JsonAsync(await GetAsync($"{Path}/resp_{job.JobId:N}"));

    private protected async Task<HttpResponseMessage> FollowAsync(JobRecord job, long? after = null)
    {
        var path = $"{Path}/resp_{job.JobId:N}?stream=true" + (after is { } number ? $"&starting_after={number}" : "");
        var response = await Api.Client(User).GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return response;
    }

    private protected async Task<List<JsonNode>> EventsAsync(JobRecord job, long? after = null)
    {
        using var stream = await FollowAsync(job, after);
        return await EventsAsync(stream);
    }

    /// <summary>Each with its name as its type.</summary>
    protected static async Task<List<JsonNode>> EventsAsync(HttpResponseMessage stream)
    {
        List<JsonNode> events = [];
        await foreach (var item in SseParser.Create(await stream.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
        {
            events.Add(JsonNode.Parse(item.Data)!);
            ((string?)events[^1]["type"]).ShouldBe(item.EventType);
        }

        return events;
    }
}
