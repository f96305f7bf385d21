using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.TypeScript;
using Microsoft.AspNetCore.SignalR.Client;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <summary>One cursor over every wire.</summary>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task Server_sent_events_are_those_of_the_socket_byte_for_byte()
    {
        using var client = system.Client(_user);
        await using var socket = await system.ListenAsync(_user);

        var job = await PostAsync(client, "hello");
        var overSocket = await socket.UntilEndAsync(Id(job));
        var lines = (await client.GetStringAsync(new Uri(job.GetProperty("links").GetProperty("events").GetString()!, UriKind.Relative), Token)).Split('\n');

        lines.Where(x => x.StartsWith("data: ", StringComparison.Ordinal)).Select(x => x["data: ".Length..]).ShouldBe(overSocket.Select(ClientEventJson.Serialize));
    }

    [Fact]
    public async Task A_reader_changes_the_wire_in_mid_answer_again_and_again_and_misses_and_repeats_nothing()
    {
        using var client = system.Client(_user);
        var text = string.Join(' ', Enumerable.Range(0, 40).Select(n => $"word{n:00} 🦜"));
        system.OpenAi.Script(new FakeReply { Text = text, ChunkDelay = TimeSpan.FromMilliseconds(40) });
        var job = await PostAsync(client, "hello");
        List<ClientEvent> events = [];
        for (var wire = 0; events.Count == 0 || events[^1] is not MessageCompleted; wire++)
        {
            var from = events.Count;
            events.AddRange(await (wire % 3 == 0 ? OverSseAsync(client, job, from) : wire % 3 == 1 ? OverSignalRAsync(job, from) : OverSocketAsync(job, from)));
        }

        events.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(x => (long)x));
        Joined(events).ShouldBe(text, string.Join(" | ", events.Select(x => $"{x.Seq} {x.GetType().Name} {x.Timestamp:ss.fff} {(x as MessageDelta)?.Content}")));
        events[^1].ShouldBeOfType<MessageCompleted>().Content.ShouldBe(text);
        events.Count.ShouldBeGreaterThan(12, "the wire was changed more than once");
    }

    [Fact]
    public async Task A_submitter_that_would_wait_gets_the_answer_at_once()
    {
        using var client = system.Client(_user);
        system.OpenAi.Script(new FakeReply { Text = "The sky is blue." });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/chat", UriKind.Relative)) { Content = JsonContent.Create(new { message = "Why?" }) };
        request.Headers.Add("Prefer", "wait=50");

        using var response = await client.SendAsync(request, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Preference-Applied").ShouldBe(["wait=50"]);
        var status = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        response.Headers.Location!.ToString().ShouldBe($"/chat/jobs/{Id(status)}");
        status.GetProperty("status").GetString().ShouldBe("completed");
        status.GetProperty("answer").GetProperty("content").GetString().ShouldBe("The sky is blue.");
        status.GetProperty("answer").GetProperty("role").GetString().ShouldBe("assistant");
    }

    [Fact]
    public async Task The_TypeScript_client_hands_in_a_message_and_follows_its_answer()
    {
        var text = "Olá 世界, 🦜 e fim.";
        system.OpenAi.Script(new FakeReply { Text = text, ChunkSize = 4 });

        var printed = await TypeScriptClient.RunScriptAsync(
            """
            import { CloudIaClient } from './dist/src/index.js';
            const [baseUrl, user] = process.argv.slice(1);
            const client = new CloudIaClient({ baseUrl, headers: () => ({ 'x-dev-user': user }) });
            const { jobId, chatId } = await client.submit('hello');
            let joined = '', last;
            for await (const event of client.follow(jobId)) { if (event.event === 'message_delta') joined += event.content; last = event; }
            const again = [];
            for await (const event of client.follow(jobId, { after: last.seq })) again.push(event);
            const { items } = await client.messages(chatId);
            console.log(JSON.stringify({ joined, last: last.content, roles: items.map(x => x.role), again }));
            """,
            system.Address("Api").ToString(), _user);

        var result = JsonSerializer.Deserialize<JsonElement>(printed);
        result.GetProperty("joined").GetString().ShouldBe(text);
        result.GetProperty("last").GetString().ShouldBe(text);
        result.GetProperty("roles").EnumerateArray().Select(x => x.GetString()).ShouldBe(["assistant", "user"]);
        result.GetProperty("again").GetArrayLength().ShouldBe(0);
    }

    /// <summary>A few events, and away.</summary>
    private const int Few = 4;

    private static async Task<List<ClientEvent>> OverSseAsync(HttpClient client, JsonElement job, int from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/chat/jobs/{Id(job)}/events", UriKind.Relative));
        request.Headers.Add("Last-Event-ID", $"{from}");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        List<ClientEvent> events = [];
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token), (_, data) => ClientEventJson.Deserialize(data)).EnumerateAsync(Token))
        {
            events.Add(item.Data);
            if (events.Count == Few)
                break;
        }

        return events;
    }

    private async Task<List<ClientEvent>> OverSignalRAsync(JsonElement job, int from)
    {
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(system.Address("Notifier"), "/hub"), options => options.Headers["X-Dev-User"] = _user)
            .Build();
        await hub.StartAsync(Token);
        List<ClientEvent> events = [];
        await foreach (var value in hub.StreamAsync<JsonElement>("StreamJob", Id(job), (long)from, Token))
        {
            events.Add(ClientEventJson.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value)));
            if (events.Count == Few)
                break;
        }

        return events;
    }

    private async Task<List<ClientEvent>> OverSocketAsync(JsonElement job, int from)
    {
        await using var socket = await system.ListenAsync(_user);
        await socket.SubscribeAsync(Id(job), from);
        return await socket.TakeAsync(Id(job), from, Few);
    }
}
