using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>Redis away in the middle of a job.</content>
public sealed partial class WholeSystemTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_whose_Redis_goes_away_in_mid_answer_is_answered_when_it_is_back_and_the_model_hears_the_whole_chat_each_time(bool contextIsLost)
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        var first = await PostAsync(client, "one");
        await UntilAsync(client, first, "completed");
        await UntilAsync(client, await PostAsync(client, "two", chat: first), "completed");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.RedisConnectionString);
        var context = ContextKey.Of("cloudia:", first.GetProperty("chatId").GetGuid());
        (await redis.GetDatabase().KeyExistsAsync(context)).ShouldBeTrue("the context is kept");
        var (before, text) = (system.OpenAi.Default, string.Join(' ', Enumerable.Range(0, 60).Select(n => $"word{n:00} 🦜")));
        var question = standIns.UniqueName("three");

        // Each time it is asked, as it may be asked again.
        system.OpenAi.Default = new FakeReply { Text = text, ChunkDelay = TimeSpan.FromMilliseconds(40) };
        var job = await PostAsync(client, question, chat: first);
        while (await listener.NextAsync(Id(job)) is not MessageDelta)
        {
            // Until something was said.
        }

        system.Redis.IsDown = true;
        try
        {
            system.Redis.Cut();
            foreach (var project in new[] { "Api", "Notifier", "Processor", "Sagas" })
                await Eventually.Is(async () => !await IsReadyAsync(project), $"{project} has seen that Redis is away");
            if (contextIsLost)
                await redis.GetDatabase().KeyDeleteAsync(context);
        }
        finally
        {
            system.Redis.IsDown = false;
        }

        await UntilAsync(client, job, "completed");
        system.OpenAi.Default = before;
        (await MessagesAsync(client, job)).Select(x => x.GetProperty("content").GetString()).ShouldBe(["one", before.Text, "two", before.Text, question, text]);
        var events = await EventsAsync(client, Id(job), 0).ToListAsync(Token);
        events.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(x => (long)x));
        events[^1].ShouldBeOfType<MessageCompleted>().Content.ShouldBe(text);
        Joined(events).ShouldBe(text);
        var asked = system.OpenAi.Requests.Where(x => x.Messages[^1].Content == question).ToList();
        TestContext.Current.SendDiagnosticMessage($"The model was asked {asked.Count} times.");
        asked.ShouldNotBeEmpty();
        asked.ShouldAllBe(x => x.Messages.Select(m => m.Content).SequenceEqual(new[] { "one", before.Text, "two", before.Text, question }));
    }

    private async Task<bool> IsReadyAsync(string project)
    {
        using var client = new HttpClient { BaseAddress = system.Address(project) };
        using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
        return answer.IsSuccessStatusCode;
    }
}
