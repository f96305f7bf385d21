using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api.Operators;

public sealed class DeadLetterApiTests(OperatorsFixture ops) : IClassFixture<OperatorsFixture>
{
    private const string Secret = "secret";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_sees_what_a_dead_letter_is_like_and_an_operator_what_it_says()
    {
        var failure = await ops.AddAsync();

        var read = await ops.Reader.GetFromJsonAsync<JsonElement>($"/ops/dead-letters/{failure.Id}", Token);
        var whole = await ops.GetAsync($"/ops/dead-letters/{failure.Id}");

        read.GetRawText().ShouldNotContain(Secret);
        read.GetProperty("shape").GetProperty("message").GetRawText()
            .ShouldBe("""{"jobId":"string","attempt":"number","chatId":"string","outcome":"string","userId":"string"}""");
        read.GetProperty("body").ValueKind.ShouldBe(JsonValueKind.Null);
        var facts = read.GetProperty("facts");
        (Text(facts, "state"), Text(facts, "exception"), Text(facts, "place"), facts.GetProperty("jobId").GetGuid())
            .ShouldBe(("open", failure.ExceptionType, failure.Place, failure.JobId!.Value));
        (Text(whole, "body"), Text(whole, "reason")).ShouldBe((failure.Body, failure.Reason));
        whole.GetProperty("message").GetProperty("userId").GetString().ShouldBe("ada-said-secret");
    }

    [Theory]
    [InlineData("not json", "null")]
    [InlineData("""{"what she said":"x","ok":[true,{"a":null}],"e":[]}""", """{"(other)":"string","ok":["boolean"],"e":[]}""")]
    [InlineData("7", "\"number\"")]
    public async Task A_body_that_may_be_anything_has_a_shape_without_its_words(string body, string shape)
    {
        var failure = OperatorsFixture.Letter() with { MessageId = NewId.NextGuid().ToString("N"), Body = body, MessageType = "what she said" };
        await ops.Failures.AddAsync(failure, Token);

        var read = await ops.Reader.GetFromJsonAsync<JsonElement>($"/ops/dead-letters/{failure.Id}", Token);

        read.GetProperty("shape").GetRawText().ShouldBe(shape);
        read.GetRawText().ShouldNotContain("she said");
    }

    [Fact]
    public async Task Of_many_retries_at_once_one_sends_and_a_later_one_does_nothing()
    {
        var failure = await ops.AddAsync(OperatorsFixture.Letter() with { Queue = "ask-once" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry")));
        var later = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry");

        answers.ShouldAllBe(x => x.StatusCode == HttpStatusCode.OK);
        Text(await later.Content.ReadFromJsonAsync<JsonElement>(Token), "state").ShouldBe("retried");
        (await ops.TakeAsync("ask-once")).ShouldBe([failure.Body]);
        (await ops.GetAsync("/ops/audit")).GetProperty("items").EnumerateArray().ShouldContain(x => Text(x, "target") == failure.Id && Text(x, "action") == "dead-letter.retry");
    }

    [Fact]
    public async Task An_edited_message_is_sent_in_the_same_envelope()
    {
        var failure = await ops.AddAsync(OperatorsFixture.Letter() with { Queue = "edited" });
        var edited = Message(failure);
        edited["userId"] = "grace";

        var answer = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry", new { body = edited });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var sent = (await ops.TakeAsync("edited")).ShouldHaveSingleItem();
        JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(failure.Body.Replace("ada-said-secret", "grace", StringComparison.Ordinal))).ShouldBeTrue(sent);
    }

    [Theory]
    [InlineData("jobId", "01890000-0000-7000-8000-000000000000", "body.jobId")]
    [InlineData("attempt", 2, "body.attempt")]
    [InlineData("attempt", "two", "body.attempt")]
    [InlineData("outcome", "NoSuchOutcome", "body.outcome")]
    [InlineData("userId", null, "body.userId")]
    [InlineData("atempt", 1, "body.atempt")]
    public async Task An_edit_that_its_handler_could_not_read_or_of_another_job_is_refused_by_field(string field, object? value, string named)
    {
        var failure = await ops.AddAsync();
        var edited = Message(failure);
        edited[field] = value;

        using var answer = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry", new { body = edited });

        var problem = await SubmitTests.ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("errors").EnumerateObject().Select(x => x.Name).ShouldBe([named]);
        (await ops.Failures.GetAsync(failure.Id, Token))!.State.ShouldBe(FailureState.Open);
    }

    [Fact]
    public async Task An_edit_without_a_field_that_is_required_is_refused()
    {
        var failure = await ops.AddAsync();
        var edited = Message(failure);
        edited.Remove("chatId");

        using var answer = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry", new { body = edited });

        (await SubmitTests.ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request")).GetProperty("errors").GetProperty("body.chatId")[0].GetString().ShouldBe("It is required.");
    }

    [Fact]
    public async Task What_is_discarded_is_not_sent_until_it_is_restored()
    {
        var failure = await ops.AddAsync(OperatorsFixture.Letter() with { Queue = "restored" });

        (await StateAsync(failure, "discard"), await StateAsync(failure, "discard")).ShouldBe(("discarded", "discarded"));
        using (var refused = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/retry"))
            await SubmitTests.ShouldBeProblemAsync(refused, HttpStatusCode.Conflict, "dead-letter-state");
        (await ops.TakeAsync("restored")).ShouldBeEmpty();
        (await StateAsync(failure, "restore"), await StateAsync(failure, "restore")).ShouldBe(("open", "open"));
        (await StateAsync(failure, "retry")).ShouldBe("retried");
        (await ops.TakeAsync("restored")).ShouldHaveSingleItem();
        foreach (var action in new[] { "discard", "restore" })
        {
            using var late = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/{action}");
            await SubmitTests.ShouldBeProblemAsync(late, HttpStatusCode.Conflict, "dead-letter-state");
        }
    }

    [Fact]
    public async Task Dead_letters_are_listed_by_what_is_asked_for_and_counted_by_cause()
    {
        var place = $"CloudIa.Place{NewId.NextGuid():N}";
        List<FailureRecord> failures = [];
        for (var n = 0; n < 5; n++)
            failures.Add(await ops.AddAsync(OperatorsFixture.Letter() with { Place = place, At = OperatorsFixture.Letter().At.AddSeconds(-n) }));
        await ops.Failures.DiscardAsync(failures[4], failures[4].At, Token);

        var first = await ops.GetAsync($"/ops/dead-letters?place={place}&limit=3");
        var rest = await ops.GetAsync($"/ops/dead-letters?place={place}&cursor={Text(first, "next")}");
        var discarded = await ops.GetAsync($"/ops/dead-letters?place={place}&state=discarded");
        var ofJob = await ops.GetAsync($"/ops/dead-letters?job={failures[1].JobId}");

        Ids(first).Concat(Ids(rest)).ShouldBe(failures.Take(4).Select(x => x.Id));
        Ids(discarded).ShouldBe([failures[4].Id]);
        Ids(ofJob).ShouldBe([failures[1].Id]);
        JsonElement group = default;
        await CloudIa.Tests.Infrastructure.Eventually.Is(async () =>
        {
            group = (await ops.GetAsync("/ops/dead-letters/groups")).GetProperty("items").EnumerateArray().FirstOrDefault(x => Text(x, "place") == place);
            return group.ValueKind == JsonValueKind.Object && group.GetProperty("count").GetInt32() == 4;
        }, "the group has all");
        (Text(group, "queue"), Text(group, "exception"), Text(group, "exampleId")).ShouldBe(("notify-client", "System.TimeoutException", failures[0].Id));
        (group.GetProperty("firstAt").GetDateTimeOffset(), group.GetProperty("lastAt").GetDateTimeOffset()).ShouldBe((failures[3].At, failures[0].At));
    }

    [Theory]
    [InlineData("state=closed", "state")]
    [InlineData("state=1", "state")]
    [InlineData("kind=lost", "kind")]
    [InlineData("job=7", "job")]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=!", "cursor")]
    public async Task A_list_that_there_cannot_be_is_refused_by_field(string query, string named)
    {
        using var answer = await ops.Operator.GetAsync(new Uri($"/ops/dead-letters?{query}", UriKind.Relative), Token);

        (await SubmitTests.ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request")).GetProperty("errors").TryGetProperty(named, out _).ShouldBeTrue();
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(x => Text(x, "id"));

    private static Dictionary<string, object?> Message(FailureRecord failure) =>
        JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonDocument.Parse(failure.Body).RootElement.GetProperty("message"))!;

    private async Task<string?> StateAsync(FailureRecord failure, string action)
    {
        using var answer = await ops.PostAsync($"/ops/dead-letters/{failure.Id}/{action}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return Text(await answer.Content.ReadFromJsonAsync<JsonElement>(Token), "state");
    }
}
