using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class HistoryTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => api.Client(_user);

    [Fact]
    public async Task A_chats_messages_come_newest_first_and_page_by_page()
    {
        var chatId = await ChatAsync(messages: 5);

        var first = await GetAsync($"/chats/{chatId}/messages?limit=3");
        Contents(first).ShouldBe(["m5", "m4", "m3"]);
        var second = await GetAsync($"/chats/{chatId}/messages?limit=3&cursor={first.GetProperty("next").GetString()}");
        Contents(second).ShouldBe(["m2", "m1"]);
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_message_tells_who_said_it_and_an_answer_its_model_and_usage()
    {
        var chatId = await ChatAsync(messages: 2);

        var items = (await GetAsync($"/chats/{chatId}/messages")).GetProperty("items");
        var (answer, question) = (items[0], items[1]);
        question.GetProperty("role").GetString().ShouldBe("user");
        question.TryGetProperty("model", out _).ShouldBeFalse();
        answer.GetProperty("role").GetString().ShouldBe("assistant");
        answer.GetProperty("model").GetString().ShouldBe("m");
        answer.GetProperty("usage").GetProperty("outputTokens").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task Chats_are_listed_for_their_owner_alone()
    {
        var chatId = await ChatAsync(messages: 0);

        var mine = (await GetAsync("/chats")).GetProperty("items");
        mine.GetArrayLength().ShouldBe(1);
        mine[0].GetProperty("chatId").GetGuid().ShouldBe(chatId);
        mine[0].GetProperty("title").GetString().ShouldBe("A title");
        using var other = api.Client(standIns.UniqueName("user"));
        (await other.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
        await SubmitTests.ShouldBeProblemAsync(await other.GetAsync($"/chats/{chatId}/messages", Token), HttpStatusCode.NotFound, "chat-not-found");
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("cursor=x!", "cursor")]
    [InlineData("cursor=Q0hBVCM", "cursor")]
    public async Task A_bad_page_is_refused_by_name(string query, string field)
    {
        var chatId = await ChatAsync(messages: 0);
        var problem = await SubmitTests.ShouldBeProblemAsync(
            await Client.GetAsync($"/chats/{chatId}/messages?{query}", Token), HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/chat/jobs/7")]
    public async Task What_is_not_there_is_a_problem_too(string path)
    {
        var problem = await SubmitTests.ShouldBeProblemAsync(await Client.GetAsync(path, Token), HttpStatusCode.NotFound, "not-found");
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    private Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path, Token);

    private static IEnumerable<string?> Contents(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("content").GetString());

    private async Task<Guid> ChatAsync(int messages)
    {
        var chats = api.Services.GetRequiredService<IChatStore>();
        var (now, chatId) = (TimeProvider.System.GetUtcNow(), Guid.CreateVersion7());
        for (var turn = 0; turn <= messages / 2; turn++)
        {
            await chats.TakeTurnAsync(
                new NewTurn { UserId = _user, ChatId = chatId, JobId = Guid.CreateVersion7(), IsNew = turn == 0, Title = "A title", Now = now }, Token);
        }

        for (var i = 1; i <= messages; i++)
        {
            var isAnswer = i % 2 == 0;
            await chats.AddMessageAsync(
                new MessageRecord
                {
                    ChatId = chatId,
                    Sequence = i,
                    MessageId = Guid.CreateVersion7(),
                    JobId = Guid.CreateVersion7(),
                    Role = isAnswer ? MessageRoles.Assistant : MessageRoles.User,
                    Content = $"m{i}",
                    CreatedAt = now,
                    Model = isAnswer ? "m" : null,
                    Usage = isAnswer ? new TokenUsage { InputTokens = 3, OutputTokens = 7 } : null,
                },
                1,
                Token);
        }

        return chatId;
    }
}
