using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Store.Chats;
using CloudIa.Store.Jobs;
using CloudIa.Store.Tables;
using CloudIa.Store.Usage;
using CloudIa.Store.Webhooks;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Versions;

/// <summary>Rows, which outlive every update, as DynamoDB has them.</summary>
public sealed class RowVersionsTests(StandInsFixture standIns)
{
    private static readonly Guid JobId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
    private static readonly Guid ChatId = new("0195d3a8-0000-7000-8000-2f6a3b8c4d10");
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly TokenUsage FirstUsage = new() { InputTokens = 11, OutputTokens = 7 };
    private static readonly TokenUsage Usage = FirstUsage with { CachedInputTokens = 3, Estimated = true };
    private static readonly JobCost Cost = new() { Amount = 0.0000012345678901234567m, Currency = "EUR" };

    private static readonly JobRecord Job = new()
    {
        JobId = JobId,
        UserId = "ada",
        ChatId = ChatId,
        Turn = 3,
        BodyHash = "aa11",
        Prompt = "ação 🦜 \"quoted\"",
        Conversation = """{"messages":[{"role":"system","content":"Be brief."},{"role":"user"}],"temperature":0.5,"maxTokens":100,"stop":["\\n"]}""",
        SystemPrompt = "Sê breve.",
        SessionId = "session-1",
        Model = "echo-1",
        AcceptedAt = Time,
        AfterJobId = ChatId,
        AnswersJobId = ChatId,
        UserSequence = 3,
        Parent = 2,
        IsOpen = true,
        OpenSince = Time,
    };

    private static readonly JobOutcomeRecord Outcome = new() { Outcome = JobOutcome.Completed, Attempt = 2, EndedAt = Time, Model = "echo-1", Provider = "echo", Usage = Usage, Cost = Cost };

    private static readonly MessageRecord Message = new()
    {
        ChatId = ChatId,
        Sequence = 6,
        Parent = 3,
        PartialOf = 1,
        MessageId = JobId,
        JobId = JobId,
        Role = MessageRoles.Assistant,
        Content = "ação 🦜",
        CreatedAt = Time,
        Model = "echo-1",
        Provider = "echo",
        Usage = Usage,
        Cost = Cost,
        FinishReason = "cancelled",
    };

    private static readonly WebhookRecord Webhook = new()
    {
        WebhookId = WebhookItem.At(JobId, 3),
        UserId = "ada",
        Url = "https://example.com/hook?key=ação",
        ChatId = ChatId,
        Events = ["message.completed", "job.failed"],
        Secret = new("whsec_AAAA"),
        Replaced = [new(new("whsec_BBBB"), Time.AddHours(24)), new(new("whsec_CCCC"), Time.AddHours(1))],
        DisabledReason = WebhookDisabledReasons.Failing,
        DisabledAt = Time.AddDays(5),
        FailingSince = Time,
        CreatedAt = Time,
        UpdatedAt = Time.AddDays(5),
    };

    private static readonly WebhookDelivery Delivery = new()
    {
        JobId = JobId,
        Attempt = 2,
        WebhookId = ChatId,
        Host = "example.com",
        State = WebhookDeliveryStates.Pending,
        Tries = 3,
        LastStatus = 503,
        Reason = WebhookFailures.Status,
        CreatedAt = Time,
        LastTriedAt = Time.AddMinutes(1),
        DeliveredAt = Time.AddMinutes(2),
        NextTryAt = Time.AddMinutes(3),
    };

    private static readonly UsageRecord Used = new()
    {
        UserId = "ada",
        JobId = JobId,
        ChatId = ChatId,
        Attempt = 2,
        At = Time,
        Model = "echo-1",
        Usage = Usage,
        Cost = Cost,
        IsBroken = true,
    };

    /// <summary>The first version knew no branches, turns, index of open jobs, partial messages, or costs.</summary>
    private static readonly JobRecord FirstJob = Job with { Conversation = null, SystemPrompt = null, AfterJobId = null, AnswersJobId = null, UserSequence = null, Parent = null, IsOpen = false, OpenSince = null };

    private static readonly MessageRecord FirstMessage = Message with { Parent = null, PartialOf = null, Provider = null, Usage = FirstUsage, Cost = null };

    private static readonly JobOutcomeRecord FirstOutcome = Outcome with { Provider = null, Usage = FirstUsage, Cost = null };

    [Fact]
    public void Rows_of_today_are_written_as_the_files_say()
    {
        Write("row.job", JobItem.From(Job));
        Write("row.message", MessageItem.From(Message));
        Write("row.webhook", WebhookItem.From(Webhook));
        Write("row.delivery", DeliveryItem.From(Delivery));
        Write("row.usage", UsageItem.From(Used));
    }

    [Fact]
    public async Task What_updates_make_of_rows_today_is_as_the_files_say()
    {
        var token = TestContext.Current.CancellationToken;
        await using var services = await StoreTableFixture.CreateAsync(standIns);
        await services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(token);
        var (jobs, chats) = (services.GetRequiredService<IJobStore>(), services.GetRequiredService<IChatStore>());
        await jobs.TryAddAsync(Job, token);
        await jobs.RecordOutcomeAsync(JobId, Outcome, token);
        await chats.TakeTurnAsync(new() { UserId = "ada", ChatId = ChatId, JobId = JobId, IsNew = true, Title = "ação", Now = Time }, token);

        Write("row.job.ended", await RowAsync(services, Keys.Job(JobId)));
        Write("row.chat", await RowAsync(services, Keys.Chat("ada", ChatId)));
        await jobs.RecordOutcomeAsync(JobId, new() { Outcome = JobOutcome.Failed, Attempt = 3, EndedAt = Time, FailureCode = "model_unavailable" }, token);
        Write("row.job.failed", await RowAsync(services, Keys.Job(JobId)));
        (await jobs.ReopenAsync(JobId, endedAttempt: 3, Time.AddMinutes(1), token)).ShouldBeTrue();
        Write("row.job.reopened", await RowAsync(services, Keys.Job(JobId)));
        (await jobs.TryPromiseAsync(JobId, token)).ShouldBeTrue();
        Write("row.job.promised", await RowAsync(services, Keys.Job(JobId)));
    }

    [Fact]
    public void Rows_of_today_are_read()
    {
        JobItem.To(Read("today", "row.job")).ShouldBe(Job);
        JobItem.To(Read("today", "row.job.ended")).ShouldBe(Job with { IsOpen = false, OpenSince = null, Outcome = Outcome });
        JobItem.To(Read("today", "row.job.reopened")).ShouldBe(Job with
        {
            OpenSince = Time.AddMinutes(1),
            Outcome = new() { Outcome = JobOutcome.Failed, Attempt = 3, EndedAt = Time, FailureCode = "model_unavailable" },
        });
        JobItem.To(Read("today", "row.job.promised")).IsPromised.ShouldBeTrue();
        MessageItem.To(Read("today", "row.message")).ShouldBe(Message);
        WebhookItem.To(Read("today", "row.webhook")).ShouldBe(Webhook);
        DeliveryItem.To(Read("today", "row.delivery")).ShouldBe(Delivery);
        UsageItem.To(Read("today", "row.usage")).ShouldBe(Used);
        ChatItem.To(Read("today", "row.chat")).ShouldBe(new() { ChatId = ChatId, Title = "ação", CreatedAt = Time, UpdatedAt = Time, Turns = 1, LastJobId = JobId });
    }

    [Fact]
    public void Rows_of_the_first_version_are_read()
    {
        JobItem.To(Read("first", "row.job")).ShouldBe(FirstJob);
        JobItem.To(Read("first", "row.job.ended")).ShouldBe(FirstJob with { Outcome = FirstOutcome });
        MessageItem.To(Read("first", "row.message")).ShouldBe(FirstMessage);
        ChatItem.To(Read("first", "row.chat")).ShouldBe(new() { ChatId = ChatId, Title = "ação", CreatedAt = Time, UpdatedAt = Time, Turns = 1 });
    }

    [Fact]
    public void Attributes_of_a_version_to_come_are_read_over()
    {
        var item = Read("today", "row.job.ended");
        item["ofAVersionToCome"] = new AttributeValue { M = new() { ["a"] = new("b") } };

        JobItem.To(item).ShouldBe(Job with { IsOpen = false, OpenSince = null, Outcome = Outcome });
    }

    /// <summary>The call fails, as with any row that this version cannot read: nothing wrong is said of the job, and the sweep passes it over.</summary>
    [Fact]
    public void An_outcome_of_a_version_to_come_is_not_guessed()
    {
        var item = Read("today", "row.job.failed");
        item[Attributes.Outcome] = new("Postponed");

        Should.Throw<InvalidDataException>(() => JobItem.To(item)).Message.ShouldContain("Postponed");
    }

    private static async Task<Dictionary<string, AttributeValue>> RowAsync(IServiceProvider services, Dictionary<string, AttributeValue> key)
    {
        var answer = await services.GetRequiredService<IAmazonDynamoDB>().GetItemAsync(
            new GetItemRequest { TableName = services.GetRequiredService<IOptions<StoreOptions>>().Value.TableName, Key = key, ConsistentRead = true },
            TestContext.Current.CancellationToken);
        return answer.Item;
    }

    private static void Write(string name, Dictionary<string, AttributeValue> item)
    {
        var json = new JsonObject();
        foreach (var (attribute, value) in item.OrderBy(x => x.Key, StringComparer.Ordinal))
            json[attribute] = value.S is { } text ? new JsonObject { ["S"] = text } : new JsonObject { ["N"] = value.N.ShouldNotBeNull($"{attribute} is neither text nor number") };
        Golden.ShouldBeWritten(name, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static Dictionary<string, AttributeValue> Read(string version, string name)
    {
        using var json = JsonDocument.Parse(Golden.Text(version, name));
        return json.RootElement.EnumerateObject().ToDictionary(
            x => x.Name,
            x => x.Value.TryGetProperty("S", out var text) ? new AttributeValue(text.GetString()) : new AttributeValue { N = x.Value.GetProperty("N").GetString() });
    }
}
