using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using Microsoft.AspNetCore.SignalR.Client;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>Two of every service.</content>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task All_devices_of_a_user_see_the_same_on_whichever_replica_and_none_sees_another_users()
    {
        const int Jobs = 12;
        var replicas = await system.StartReplicasAsync("Api", "Notifier", "Processor", "Sagas");
        try
        {
            string[] users = [_user, _user + "-x"];
            Uri[] apis = [system.Address("Api"), replicas["Api"].Address];
            var devices = new List<(string User, WebSocketListener Socket)>();
            var hubs = new List<(string User, HubConnection Hub, ChannelReader<ClientEvent> Events)>();
            foreach (var user in users)
            {
                devices.Add((user, await WebSocketListener.ConnectAsync(system.Address("Notifier"), user)));
                devices.Add((user, await WebSocketListener.ConnectAsync(replicas["Notifier"].Address, user)));
                var (hub, pushed) = await HubAsync(replicas["Notifier"].Address, user);
                hubs.Add((user, hub, pushed));
            }

            var jobs = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(async n =>
            {
                using var client = SystemFixture.Client(users[n % 2], apis[n / 2 % 2]);
                return (User: users[n % 2], Id: Id(await PostAsync(client, $"number {n}", model: "echo")));
            }));

            foreach (var user in users)
            {
                var expected = jobs.Where(x => x.User == user).ToDictionary(x => x.Id, _ => new List<string>());
                using var client = SystemFixture.Client(user, apis[1]);
                foreach (var (id, events) in expected)
                    events.AddRange((await EventsAsync(client, id, 0).ToListAsync(Token)).Select(ClientEventJson.Serialize));

                foreach (var (_, socket) in devices.Where(x => x.User == user))
                    ShouldBe(await UntilAllEndAsync(socket.NextAnyAsync, expected.Count), expected);
                foreach (var (_, _, pushed) in hubs.Where(x => x.User == user))
                    ShouldBe(await UntilAllEndAsync(() => pushed.ReadAsync(Token).AsTask().WaitAsync(Patience, Token), expected.Count), expected);
            }

            foreach (var (_, socket) in devices)
                await socket.DisposeAsync();
            foreach (var (_, hub, _) in hubs)
                await hub.DisposeAsync();
        }
        finally
        {
            await Task.WhenAll(replicas.Values.Select(x => x.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task A_replica_that_is_taken_away_in_mid_answer_sends_its_listeners_to_another_and_nothing_is_lost()
    {
        var replicas = await system.StartReplicasAsync("Api", "Notifier");
        try
        {
            using var client = system.Client(_user);
            using var leaving = SystemFixture.Client(_user, replicas["Api"].Address);
            await using var socket = await WebSocketListener.ConnectAsync(replicas["Notifier"].Address, _user);
            var (hub, pushed) = await HubAsync(replicas["Notifier"].Address, _user);
            await using var _ = hub;
            var text = string.Join(' ', Enumerable.Range(0, 60).Select(n => $"word{n:00} 🦜"));
            system.OpenAi.Script(new FakeReply { Text = text, ChunkDelay = TimeSpan.FromMilliseconds(40) });
            var id = Id(await PostAsync(client, "hello"));
            await using var stream = EventsAsync(leaving, id, 0).GetAsyncEnumerator(Token);
            List<ClientEvent> overSse = [], overHub = [], overSocket = [];
            do
            {
                overSocket.Add(await socket.NextAsync(id));
            }
            while (overSocket[^1] is not MessageDelta);
            (await stream.MoveNextAsync()).ShouldBeTrue();
            overSse.Add(stream.Current);

            var drained = Task.WhenAll(replicas.Values.Select(x => x.DrainAsync(Token)));

            (await socket.ClosedAsync()).ShouldBe((WebSocketCloseStatus.EndpointUnavailable, "server is restarting: reconnect and resume"));
            overSocket.AddRange(socket.TakeRest(id));
            while (await stream.MoveNextAsync())
                overSse.Add(stream.Current);
            while (await pushed.WaitToReadAsync(Token).AsTask().WaitAsync(Patience, Token))
            {
                while (pushed.TryRead(out var value))
                    overHub.Add(value);
            }

            (await drained.WaitAsync(Patience, Token)).ShouldBe([0, 0]);
            var (before, all) = (overSocket.Count, 0);
            await using var again = await system.ListenAsync(_user);
            await again.SubscribeAsync(id, overSocket[^1].Seq);
            overSocket.AddRange(await again.TakeAsync(id, overSocket[^1].Seq, int.MaxValue));
            overSse.AddRange(await EventsAsync(client, id, overSse[^1].Seq).ToListAsync(Token));
            overHub.AddRange(await EventsAsync(client, id, overHub.Count).ToListAsync(Token));

            all = overSocket.Count;
            before.ShouldBeLessThan(all, "the replica left in mid-answer");
            foreach (var events in new[] { overSocket, overSse, overHub })
            {
                events.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, all).Select(x => (long)x));
                Joined(events).ShouldBe(text);
            }
        }
        finally
        {
            await Task.WhenAll(replicas.Values.Select(x => x.DisposeAsync().AsTask()));
        }
    }

    private static async Task<(HubConnection Hub, ChannelReader<ClientEvent> Events)> HubAsync(Uri notifier, string user)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(notifier, "/hub"), options => options.Headers["X-Dev-User"] = user).Build();
        var events = Channel.CreateUnbounded<ClientEvent>();
        var connected = new TaskCompletionSource();
        hub.On<JsonElement>("Connected", _ => connected.SetResult());
        hub.On<JsonElement>("OnEvent", x => events.Writer.TryWrite(ClientEventJson.Deserialize(JsonSerializer.SerializeToUtf8Bytes(x))));
        hub.Closed += _ =>
        {
            events.Writer.TryComplete();
            return Task.CompletedTask;
        };
        await hub.StartAsync(Token);
        await connected.Task.WaitAsync(Patience, Token);
        return (hub, events.Reader);
    }

    /// <summary>A job's server-sent events after a number, until the stream ends.</summary>
    private static async IAsyncEnumerable<ClientEvent> EventsAsync(HttpClient client, Guid jobId, long after)
    {
        using var response = await client.GetAsync(new Uri($"/chat/jobs/{jobId}/events?after={after}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        response.IsSuccessStatusCode.ShouldBeTrue();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token), (_, data) => data.IsEmpty ? null : ClientEventJson.Deserialize(data)).EnumerateAsync(Token))
        {
            if (item.Data is { } value)
                yield return value;
        }
    }

    private static async Task<Dictionary<Guid, List<string>>> UntilAllEndAsync(Func<Task<ClientEvent>> next, int jobs)
    {
        Dictionary<Guid, List<string>> events = [];
        for (var ended = 0; ended < jobs;)
        {
            var value = await next();
            if (!events.TryGetValue(value.JobId, out var known))
                events.Add(value.JobId, known = []);
            known.Add(ClientEventJson.Serialize(value));
            ended += value is MessageCompleted or JobError or JobCancelled ? 1 : 0;
        }

        return events;
    }

    private static void ShouldBe(Dictionary<Guid, List<string>> seen, Dictionary<Guid, List<string>> expected)
    {
        seen.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach (var (id, events) in expected)
            seen[id].ShouldBe(events);
    }
}
