using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>Deleting a chat, and all that there is of a user.</content>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task A_user_who_wants_all_deleted_leaves_nothing_and_may_begin_anew()
    {
        var canary = standIns.UniqueName("canary");
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        var done = await PostAsync(client, $"{canary} completed", model: "echo");
        await UntilAsync(client, done, "completed");
        var second = await PostAsync(client, $"{canary} again", model: "echo", chat: done);
        await UntilAsync(client, second, "completed");
        (await client.PatchAsJsonAsync($"/chats/{done.GetProperty("chatId").GetGuid()}", new { systemPrompt = canary }, Token)).EnsureSuccessStatusCode();
        var (_, key) = await KeyAsync(client);
        system.OpenAi.Script(new FakeReply { Text = $"{canary} never finished, whatever happens", StallAfter = 3 });
        var running = await PostAsync(client, $"{canary} running");
        while (await listener.NextAsync(Id(running)) is not MessageDelta)
        {
            // Until something was said.
        }

        (await WhereAsync(canary)).ShouldContain(x => x.StartsWith("redis", StringComparison.Ordinal), "the search finds what is in Redis");
        (await WhereAsync(canary)).ShouldContain(x => x.StartsWith("table", StringComparison.Ordinal), "and what is in the table");
        (await ExportAsync(client)).ShouldContain($"{canary} again");

        var accepted = await client.DeleteAsync(new Uri("/me", UriKind.Relative), Token);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        accepted.Headers.Location!.ToString().ShouldBe("/me/deletion");
        var refused = await client.PostAsJsonAsync("/chat", new { message = canary }, Token);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await JsonAsync(refused)).GetProperty("type").GetString().ShouldBe("urn:cloudia:problem:deletion-running");
        (await client.PostAsJsonAsync("/v1/chat/completions", new { model = "echo", messages = new[] { new { role = "user", content = canary } } }, Token)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await Eventually.Is(async () => (await client.GetFromJsonAsync<JsonElement>("/me/deletion", Token)).GetProperty("status").GetString() == "completed", "it is done");

        (await WhereAsync(canary)).ShouldBeEmpty();
        (await TableAsync()).Where(x => x.Contains(_user, StringComparison.Ordinal)).ShouldHaveSingleItem("that it was done is kept").ShouldContain("ERASURE#ALL");
        (await client.GetAsync(new Uri($"/chat/jobs/{Id(done)}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync(new Uri($"/chats/{done.GetProperty("chatId").GetGuid()}/messages", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await client.GetFromJsonAsync<JsonElement>("/me/keys", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
        key.ShouldNotBeEmpty();

        var anew = await PostAsync(client, "hello again", model: "echo");
        await UntilAsync(client, anew, "completed");
        (await MessagesAsync(client, anew)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Who_listens_while_all_is_deleted_hears_the_end_of_the_job_and_then_nothing_of_it_again()
    {
        using var client = system.Client(_user);
        await using var socket = await system.ListenAsync(_user);
        system.OpenAi.Script(new FakeReply { Text = "never finished, whatever happens", StallAfter = 3 });
        var job = await PostAsync(client, "hello");
        await using var stream = EventsAsync(client, Id(job), 0).GetAsyncEnumerator(Token);
        List<ClientEvent> overSocket = [], overSse = [];
        do
        {
            overSocket.Add(await socket.NextAsync(Id(job)));
        }
        while (overSocket[^1] is not MessageDelta);
        while (overSse is not [.., MessageDelta])
        {
            (await stream.MoveNextAsync()).ShouldBeTrue();
            overSse.Add(stream.Current);
        }

        (await client.DeleteAsync(new Uri("/me", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        overSocket.AddRange(await socket.UntilEndAsync(Id(job)));
        while (await stream.MoveNextAsync())
            overSse.Add(stream.Current);
        await Eventually.Is(async () => (await client.GetFromJsonAsync<JsonElement>("/me/deletion", Token)).GetProperty("status").GetString() == "completed", "it is done");

        overSocket[^1].ShouldBeOfType<JobCancelled>();
        overSocket.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, overSocket.Count).Select(x => (long)x));
        overSse.Select(ClientEventJson.Serialize).ShouldBe(overSocket.Select(ClientEventJson.Serialize));

        (await client.GetAsync(new Uri($"/chat/jobs/{Id(job)}/events?after=0", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await using var again = await system.ListenAsync(_user);
        await socket.SubscribeAsync(Id(job), 0);
        await again.SubscribeAsync(Id(job), 0);
        var anew = await PostAsync(client, "hello again", model: "echo");
        foreach (var listener in new[] { socket, again })
        {
            ClientEvent heard;
            do
            {
                heard = await listener.NextAnyAsync();
                heard.JobId.ShouldBe(Id(anew), "of the other nothing is heard any more");
            }
            while (heard is not MessageCompleted);
        }

        await UntilAsync(client, anew, "completed");
    }

    [Fact]
    public async Task A_deleted_chat_is_out_of_sight_at_once_and_then_gone_and_the_others_stay()
    {
        var canary = standIns.UniqueName("canary");
        using var client = system.Client(_user);
        var kept = await PostAsync(client, "this one stays", model: "echo");
        await UntilAsync(client, kept, "completed");
        var job = await PostAsync(client, $"{canary} goes", model: "echo");
        await UntilAsync(client, job, "completed");
        var chat = $"/chats/{job.GetProperty("chatId").GetGuid()}";

        (await client.DeleteAsync(new Uri(chat, UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await client.GetAsync(new Uri(chat, UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.PostAsJsonAsync("/chat", new { message = "more", chatId = job.GetProperty("chatId").GetGuid() }, Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").EnumerateArray().Select(x => x.GetProperty("chatId").GetGuid())
            .ShouldBe([kept.GetProperty("chatId").GetGuid()]);
        await Eventually.Is(async () => !(await TableAsync()).Exists(x => x.Contains("ERASURE#", StringComparison.Ordinal) && x.Contains(_user, StringComparison.Ordinal)), "it is done");

        (await WhereAsync(canary)).ShouldBeEmpty();
        (await client.GetAsync(new Uri($"/chat/jobs/{Id(job)}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await MessagesAsync(client, kept)).Count.ShouldBe(2);
        (await UsageAsync(client)).GetProperty("calls").GetInt32().ShouldBe(2, "what was used stays on the account");
    }

    private static async Task<(Guid Id, string Key)> KeyAsync(HttpClient client)
    {
        var made = await JsonAsync(await client.PostAsJsonAsync("/me/keys", new { name = "laptop" }, Token));
        return (made.GetProperty("keyId").GetGuid(), made.GetProperty("key").GetString()!);
    }

    private static async Task<List<string>> ExportAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/me/export", Token)).GetProperty("jobs").EnumerateArray().Select(x => x.GetProperty("prompt").GetString()!)];

    /// <summary>Every place of the table and of Redis that has the word.</summary>
    private async Task<List<string>> WhereAsync(string word)
    {
        List<string> places = [.. (await TableAsync()).Where(x => x.Contains(word, StringComparison.Ordinal)).Select(x => $"table {x}")];
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.RedisConnectionString);
        var database = redis.GetDatabase();
        foreach (var key in redis.GetServers().SelectMany(server => server.Keys(pageSize: 1000)))
        {
            if (await RedisTextAsync(database, key) is { } text && text.Contains(word, StringComparison.Ordinal))
                places.Add($"redis {key}");
        }

        return places;
    }

    private static async Task<string?> RedisTextAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.String => await database.StringGetAsync(key),
        RedisType.List => string.Concat(await database.ListRangeAsync(key)),
        RedisType.Hash => string.Concat((await database.HashGetAllAsync(key)).Select(x => $"{x.Name} {x.Value}")),
        RedisType.Set => string.Concat(await database.SetMembersAsync(key)),
        RedisType.SortedSet => string.Concat(await database.SortedSetRangeByRankAsync(key)),
        _ => null,
    };

    private async Task<List<string>> TableAsync()
    {
        using var client = system.DynamoDb();
        return await TableText.RowsAsync(client, system.TableName, Token);
    }
}
