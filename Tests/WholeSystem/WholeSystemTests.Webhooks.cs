using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.JavaScript;
using CloudIa.Tests.Webhooks;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <summary>Who is away is told by a webhook.</summary>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task Webhooks_are_told_of_an_answer_tried_again_and_disabled_and_the_job_shows_it()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        await using var well = await Receiver.StartAsync();
        await using var late = await Receiver.StartAsync();
        await using var gone = await Receiver.StartAsync();
        late.Answer(500);
        gone.Answer(410);
        var (wellId, secret) = await RegisterAsync(client, well);
        var (lateId, lateSecret) = await RegisterAsync(client, late);
        var (goneId, _) = await RegisterAsync(client, gone);
        var text = "Olá, 世界 🦜: \"told\"";
        system.OpenAi.Script(new FakeReply { Text = text });

        var job = await PostAsync(client, "hello");
        var last = (await listener.UntilEndAsync(Id(job)))[^1].ShouldBeOfType<MessageCompleted>();

        var webhooks = new Dictionary<Guid, JsonElement>();
        await Eventually.Is(
            async () =>
            {
                var status = await client.GetFromJsonAsync<JsonElement>(job.GetProperty("links").GetProperty("self").GetString(), Token);
                if (status.TryGetProperty("delivery", out var delivery))
                    webhooks = delivery.GetProperty("webhooks").EnumerateArray().ToDictionary(x => x.GetProperty("webhookId").GetGuid());
                return webhooks.Count == 3 && webhooks.Values.All(x => x.GetProperty("state").GetString() != "pending");
            },
            "all webhooks are settled",
            seconds: 120);

        Facts(webhooks[wellId]).ShouldBe(("delivered", 1, 200, null));
        Facts(webhooks[lateId]).ShouldBe(("delivered", 2, 200, null));
        Facts(webhooks[goneId]).ShouldBe(("undelivered", 1, 410, "http_status"));

        var received = well.All.ShouldHaveSingleItem();
        received.IsSignedWith(secret).ShouldBeTrue();
        received.IsSignedWith(lateSecret).ShouldBeFalse();
        var data = received.Json.GetProperty("data").GetRawText();
        data.ShouldBe(ClientEventJson.Serialize(last with { Seq = 0 }), "the same event as over the socket, without its number there");
        late.All.Count.ShouldBe(2);
        late.All.Select(x => x.Id).Distinct().ShouldHaveSingleItem().ShouldNotBe(received.Id);

        var disabled = await client.GetFromJsonAsync<JsonElement>($"/webhooks/{goneId}", Token);
        (disabled.GetProperty("status").GetString(), disabled.GetProperty("disabledReason").GetString()).ShouldBe(("disabled", "gone"));
        var listeners = (await client.GetFromJsonAsync<JsonElement>(job.GetProperty("links").GetProperty("self").GetString(), Token)).GetProperty("delivery").GetProperty("listeners");
        (listeners.GetProperty("state").GetString(), listeners.GetProperty("connections").GetInt32()).ShouldBe(("told", 1));

        // The next job: only those that are enabled.
        var second = await PostAsync(client, "again");
        await Eventually.Is(() => well.All.Count == 2 && late.All.Count == 3, "both are told");
        await UntilAsync(client, second, "completed");
        gone.All.Count.ShouldBe(1);
        foreach (var (service, output) in system.Outputs)
        {
            output.ShouldNotContain("whsec_", Case.Sensitive, service);
            output.ShouldNotContain(secret["whsec_".Length..], Case.Sensitive, service);
            output.ShouldNotContain("a-secret-of-the-user", Case.Sensitive, service);
        }
    }

    [Fact]
    public async Task A_webhook_is_verified_by_the_library_that_receivers_use()
    {
        using var client = system.Client(_user);
        await using var receiver = await Receiver.StartAsync();
        var (_, secret) = await RegisterAsync(client, receiver);
        system.OpenAi.Script(new FakeReply { Text = "Olá, 世界 🦜" });

        await PostAsync(client, "hello");
        await Eventually.Is(() => receiver.All.Count == 1, "it is told");
        var received = receiver.All[0];
        var printed = await NodePackage.JavaScript.RunScriptAsync(
            """
            import { Webhook } from 'standardwebhooks';
            const [secret, headers, body] = process.argv.slice(1);
            const event = new Webhook(secret).verify(body, JSON.parse(headers));
            let refused = false;
            try { new Webhook(secret).verify(body.replace('世界', 'mundo'), JSON.parse(headers)); } catch { refused = true; }
            console.log(JSON.stringify({ type: event.type, content: event.data.content, refused }));
            """,
            secret, JsonSerializer.Serialize(received.Headers.Where(x => x.Key.StartsWith("webhook-", StringComparison.Ordinal)).ToDictionary()), received.Text);

        var result = JsonSerializer.Deserialize<JsonElement>(printed);
        (result.GetProperty("type").GetString(), result.GetProperty("content").GetString(), result.GetProperty("refused").GetBoolean())
            .ShouldBe(("message.completed", "Olá, 世界 🦜", true));
    }

    [Fact]
    public async Task A_notifier_that_is_killed_while_a_receiver_thinks_tells_it_again_under_the_same_id()
    {
        using var client = system.Client(_user);
        await using var receiver = await Receiver.StartAsync();
        await RegisterAsync(client, receiver);
        receiver.Answer(context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        var job = await PostAsync(client, "hello");
        await Eventually.Is(() => receiver.All.Count == 1, "it is asked");

        await system.KillAsync("Notifier");
        await system.RestartAsync("Notifier");

        await Eventually.Is(() => receiver.All.Count == 2, "it is asked again", seconds: 120);
        receiver.All.Select(x => x.Id).Distinct().ShouldHaveSingleItem();
        await Eventually.Is(
            async () => (await UntilAsync(client, job, "completed")).GetProperty("delivery").GetProperty("webhooks").EnumerateArray().Single().GetProperty("state").GetString() == "delivered",
            "it is delivered");
    }

    private static (string?, int, int, string?) Facts(JsonElement told) => (
        told.GetProperty("state").GetString(), told.GetProperty("tries").GetInt32(), told.GetProperty("lastStatus").GetInt32(), told.GetProperty("reason").GetString());

    private static async Task<(Guid Id, string Secret)> RegisterAsync(HttpClient client, Receiver receiver)
    {
        var response = await client.PostAsJsonAsync("/webhooks", new { url = receiver.Url }, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var webhook = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (webhook.GetProperty("webhookId").GetGuid(), webhook.GetProperty("secret").GetString()!);
    }
}
