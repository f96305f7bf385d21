using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeAnthropic;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task A_provider_that_is_killed_in_mid_answer_lets_the_answer_finish_from_the_other()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.Dying.Default = new FakeReply { Text = "an answer that nobody will ever hear the end of", StallAfter = 3 };
        system.Backup.Default = new AnthropicReply { Text = "The other's whole answer: 日本語 👩‍🚀", ChunkSize = 3 };
        var job = await PostAsync(client, "hello", model: SystemFixture.SharedModel);
        List<ClientEvent> events = [];
        do
        {
            events.Add(await listener.NextAsync(Id(job)));
        }
        while (events[^1] is not MessageDelta);

        await system.Dying.DisposeAsync();
        events.AddRange(await listener.UntilEndAsync(Id(job)));

        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n));
        events.ShouldAllBe(e => e.Attempt == 1);
        events.OfType<MessageReset>().ShouldHaveSingleItem();
        var completed = events[^1].ShouldBeOfType<MessageCompleted>();
        completed.Content.ShouldBe(system.Backup.Default.Text);
        completed.Metadata.Provider.ShouldBe("backup");
        completed.Metadata.Model.ShouldBe("their-model");
        Joined(events).ShouldBe(completed.Content);
        await UntilAsync(client, job, "completed");
        (await MessagesAsync(client, job))[1].GetProperty("content").GetString().ShouldBe(completed.Content);

        // One that cannot be reached at all is passed over without a reset.
        var next = await PostAsync(client, "hello again", model: SystemFixture.SharedModel);
        var after = await listener.UntilEndAsync(Id(next));
        after.OfType<MessageReset>().ShouldBeEmpty();
        after[^1].ShouldBeOfType<MessageCompleted>().Metadata.Provider.ShouldBe("backup");
    }

    [Fact]
    public async Task A_job_that_no_provider_can_answer_waits_says_until_when_and_is_answered_when_the_circuit_closes()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.Flaky.Script(new FakeReply { Status = 503 }, new FakeReply { Status = 503 });

        var job = await PostAsync(client, "hello", model: SystemFixture.FlakyModel);
        JsonElement status = default;
        await Eventually.Is(async () => (status = await client.GetFromJsonAsync<JsonElement>($"/chat/jobs/{Id(job)}", Token)).TryGetProperty("nextTryAt", out _));
        status.GetProperty("status").GetString().ShouldBe("invoking");
        var events = await listener.UntilEndAsync(Id(job));

        // Tried, and told; then left alone, which is not counted: one try in vain is all that this system allows.
        events[^1].ShouldBeOfType<MessageCompleted>().Metadata.Provider.ShouldBe("flaky");
        var reasons = events.OfType<JobDelayed>().Select(x => x.Reason).ToList();
        reasons[0].ShouldBe(JobDelays.ProviderFailed);
        reasons[1..].ShouldNotBeEmpty();
        reasons[1..].ShouldAllBe(x => x == JobDelays.CircuitOpen);
        system.Flaky.Requests.Count.ShouldBe(3);
        (await client.GetFromJsonAsync<JsonElement>($"/chat/jobs/{Id(job)}", Token)).TryGetProperty("nextTryAt", out _).ShouldBeFalse();
    }
}
