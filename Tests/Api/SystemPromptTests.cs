using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>What models are told first in a chat: given with its first message, seen, changed, taken away.</summary>
public sealed class SystemPromptTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => api.Client(_user);

    [Fact]
    public async Task It_comes_with_the_first_message_is_shown_and_goes_with_each_job_as_it_was_then()
    {
        var (chatId, first) = await PostAsync(new { message = "one", systemPrompt = "Be brief." });
        (await SystemPromptOfAsync(first)).ShouldBe("Be brief.");
        (await GetAsync(chatId)).GetProperty("systemPrompt").GetString().ShouldBe("Be brief.");

        using var patched = await Client.PatchAsJsonAsync($"/chats/{chatId}", new { title = "Renamed", systemPrompt = "Be long." }, Token);
        patched.StatusCode.ShouldBe(HttpStatusCode.OK);
        var (_, second) = await PostAsync(new { message = "two", chatId });
        (await SystemPromptOfAsync(second)).ShouldBe("Be long.");
        (await SystemPromptOfAsync(first)).ShouldBe("Be brief.");
        (await GetAsync(chatId)).GetProperty("title").GetString().ShouldBe("Renamed");

        using var removed = await Client.PatchAsync($"/chats/{chatId}", JsonContent.Create(new Dictionary<string, string?> { ["systemPrompt"] = null }), Token);
        removed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(chatId)).TryGetProperty("systemPrompt", out _).ShouldBeFalse();
        var (_, third) = await PostAsync(new { message = "three", chatId });
        (await SystemPromptOfAsync(third)).ShouldBeNull();
    }

    [Fact]
    public async Task The_same_key_with_another_system_prompt_is_another_request()
    {
        var key = standIns.UniqueName("key");
        (await SendAsync("Be brief.")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync("Be brief.")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync("Be long.")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await SendAsync(null)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        async Task<HttpResponseMessage> SendAsync(string? systemPrompt)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = JsonContent.Create(new { message = "one", systemPrompt }) };
            request.Headers.Add("Idempotency-Key", key);
            return await Client.SendAsync(request, Token);
        }
    }

    [Fact]
    public async Task One_for_a_chat_that_is_there_an_empty_one_or_one_that_is_too_long_is_refused()
    {
        var (chatId, _) = await PostAsync(new { message = "one" });

        foreach (var body in (object[])[new { message = "x", chatId, systemPrompt = "y" }, new { message = "x", systemPrompt = " " }, new { message = "x", systemPrompt = new string('x', 8193) }])
        {
            await ShouldNameAsync(await Client.PostAsJsonAsync("/chat", body, Token), "systemPrompt");
        }

        await ShouldNameAsync(await Client.PatchAsJsonAsync($"/chats/{chatId}", new { systemPrompt = "" }, Token), "systemPrompt");
        await ShouldNameAsync(await Client.PatchAsJsonAsync($"/chats/{chatId}", new { title = new string('x', 201) }, Token), "title");
        await ShouldNameAsync(await Client.PatchAsJsonAsync($"/chats/{chatId}", new { owner = "me" }, Token), "owner");
        await ShouldNameAsync(await Client.PatchAsJsonAsync($"/chats/{chatId}", new { }, Token), "$");
    }

    private static async Task ShouldNameAsync(HttpResponseMessage response, string field)
    {
        var problem = await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    private async Task<string?> SystemPromptOfAsync(Guid jobId) => (await api.Services.GetRequiredService<IJobStore>().GetAsync(jobId, Token)).ShouldNotBeNull().SystemPrompt;

    private Task<JsonElement> GetAsync(Guid chatId) => Client.GetFromJsonAsync<JsonElement>($"/chats/{chatId}", Token);

    private async Task<(Guid ChatId, Guid JobId)> PostAsync(object body)
    {
        using var response = await Client.PostAsJsonAsync("/chat", body, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (accepted.GetProperty("chatId").GetGuid(), accepted.GetProperty("jobId").GetGuid());
    }
}
