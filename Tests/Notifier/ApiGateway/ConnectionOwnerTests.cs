using System.Net.WebSockets;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

/// <summary>Connections of API Gateway, whose nodes come and go under them.</summary>
public sealed class ConnectionOwnerTests(StandInsFixture standIns)
{
    private const int Pieces = 20;
    private static readonly (string, string) ShortLease = ("ApiGateway:OwnerLease", "00:00:01");
    private static readonly (string, string) LongLease = ("ApiGateway:OwnerLease", "00:05:00");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_owner_is_killed_in_mid_answer_another_node_goes_on_without_a_gap()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, settings: [ShortLease]);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = rig.Job();
        await job.BeginAsync();
        await job.WriteAsync("before,");
        var got = await client.ReadEventsAsync(x => x.Seq == 3);

        var killing = rig.KillAsync(await rig.OwnerAsync());
        for (var i = 0; i < Pieces; i++)
        {
            await job.WriteAsync($"{i},");
        }

        await killing;
        await job.EndAsync("done");
        got.AddRange(await client.ReadEventsAsync(x => x.EndsAttempt()));

        ShouldBeWhole(got, await job.AllAsync());
        rig.Nodes.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_began_and_ended_while_no_node_was_there_comes_with_the_next_one()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: [ShortLease]);
        var earlier = rig.Job();
        await earlier.AnswerAsync(2);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var seen = rig.Job();
        await seen.AnswerAsync(2);
        await client.ReadEventsAsync(x => x.EndsAttempt());
        await rig.KillAsync(rig.Nodes[0]);
        var missed = rig.Job();
        await missed.AnswerAsync(Pieces);

        await rig.AddNodeAsync();
        var got = await client.ReadEventsAsync(x => x.JobId == missed.JobId && x.EndsAttempt());

        // What ended before the client came is none of its business.
        got.ShouldAllBe(x => x.JobId != earlier.JobId);
        got.Where(x => x.JobId == missed.JobId).ShouldBe(await missed.AllAsync());
    }

    [Fact]
    public async Task A_node_that_stops_hands_its_connections_over_at_once_with_no_gap_and_no_repeat()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, settings: [LongLease]);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = rig.Job();
        await job.BeginAsync();
        await job.WriteAsync("before,");
        var got = await client.ReadEventsAsync(x => x.Seq == 3);
        var owner = await rig.OwnerAsync();

        var stopping = rig.StopAsync(owner);
        for (var i = 0; i < Pieces; i++)
        {
            await job.WriteAsync($"{i},");
        }

        await stopping;
        await job.EndAsync("done");
        got.AddRange(await client.ReadEventsAsync(x => x.EndsAttempt()));

        got.ShouldBe(await job.AllAsync());
        (await rig.OwnerAsync()).ShouldNotBe(owner);
        await client.SendAsync("""{"action":"ping"}""");
        await client.ReadStatusAsync("pong");
    }

    [Fact]
    public async Task The_only_node_can_be_restarted_under_its_connections()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: [LongLease]);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = rig.Job();
        await job.BeginAsync();
        var got = await client.ReadEventsAsync(x => x.Seq == 2);

        await rig.StopAsync(rig.Nodes[0]);
        await job.WriteAsync("meanwhile,");
        await rig.AddNodeAsync();
        await job.EndAsync("done");
        got.AddRange(await client.ReadEventsAsync(x => x.EndsAttempt()));

        got.ShouldBe(await job.AllAsync());
    }

    [Fact]
    public async Task A_frame_finds_a_new_owner_for_the_connection_of_a_node_that_does_not_answer()
    {
        // Nobody would look for an expired lease within this test.
        await using var rig = await GatewayRig.StartAsync(standIns, settings: [LongLease]);
        using var client = await rig.ConnectAsync();
        var connectionId = (await client.ReadStatusAsync("connected")).GetProperty("connectionId").GetString()!;
        var job = rig.Job();
        await job.AnswerAsync(3);
        await client.ReadEventsAsync(x => x.EndsAttempt());
        await Eventually.Is(async () => (await rig.Redis.GetDatabase().HashGetAsync(rig.ConnectionKey(connectionId), job.JobId.ToString("N"))) == "6e");
        await rig.KillAsync(await rig.OwnerAsync());

        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":4}""");

        await client.ReadStatusAsync("subscribed");
        (await client.ReadEventsAsync(x => x.Seq == 6)).ShouldBe((await job.AllAsync()).Skip(4));
    }

    [Fact]
    public async Task A_disconnect_is_heard_at_whichever_node_it_comes()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        for (var i = 0; i < 4; i++)
        {
            using var client = await rig.ConnectAsync();
            await client.ReadStatusAsync("connected");
            await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        }

        await Eventually.Is(() => rig.Nodes.Sum(GatewayRig.Connections) == 0);
        (await rig.Redis.GetDatabase().SortedSetLengthAsync(rig.LeasesKey)).ShouldBe(0);
    }

    [Fact]
    public async Task What_Redis_forgot_is_told_to_it_again_where_the_connection_is_still_there()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: [ShortLease]);
        using var client = await rig.ConnectAsync();
        var connectionId = (await client.ReadStatusAsync("connected")).GetProperty("connectionId").GetString()!;
        var job = rig.Job();
        await job.AnswerAsync(3);
        await client.ReadEventsAsync(x => x.EndsAttempt());
        var owner = await rig.OwnerAsync();

        // Renewals and saves both find out, now one of them first, now both at once.
        for (var time = 0; time < 5; time++)
        {
            await rig.Redis.GetDatabase().KeyDeleteAsync([rig.ConnectionKey(connectionId), rig.LeasesKey]);
            await rig.Job().BeginAsync();
            await Eventually.Is(async () => await rig.Redis.GetDatabase().HashGetAsync(rig.ConnectionKey(connectionId), job.JobId.ToString("N")) == "6e");
        }

        owner.Logs.Lines.ShouldAllBe(x => !x.Contains("taken over", StringComparison.Ordinal));

        await client.ReadEventsAsync(x => x is JobStarted);
        await client.SendAsync("""{"action":"ping"}""");
        await Eventually.Is(async () => (await client.ReadAsync()).TryGetProperty("status", out var status) && status.GetString() == "pong");
    }

    [Fact]
    public async Task A_connection_that_nobody_knows_is_closed_when_its_client_speaks()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: [LongLease]);
        using var client = await rig.ConnectAsync();
        var connectionId = (await client.ReadStatusAsync("connected")).GetProperty("connectionId").GetString()!;
        await rig.KillAsync(rig.Nodes[0]);
        await rig.Redis.GetDatabase().KeyDeleteAsync([rig.ConnectionKey(connectionId), rig.LeasesKey]);
        await rig.AddNodeAsync();

        await client.SendAsync("""{"action":"ping"}""");

        (await client.ReadCloseAsync()).Status.ShouldBe((int)WebSocketCloseStatus.NormalClosure);
    }

    /// <summary>Nothing is missing; what came twice is what came before.</summary>
    private static void ShouldBeWhole(List<ClientEvent> got, IReadOnlyList<ClientEvent> all)
    {
        var seen = new List<ClientEvent>();
        foreach (var value in got)
        {
            if (value.Seq <= seen.Count)
            {
                value.ShouldBe(seen[(int)value.Seq - 1]);
            }
            else
            {
                value.Seq.ShouldBe(seen.Count + 1);
                seen.Add(value);
            }
        }

        seen.ShouldBe(all);
    }
}
