using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Tests.FakeOpenAi;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor;

/// <summary>Prompt, history, answer and key are in no log, fault or other message, whatever goes wrong.</summary>
public sealed class SecretsTests
{
    private const string Canary = "canary";

    [Theory]
    [InlineData("whole")]
    [InlineData("refused")]
    [InlineData("unavailable")]
    [InlineData("cut")]
    [InlineData("garbage")]
    [InlineData("filtered")]
    [InlineData("error in stream")]
    [InlineData("no stream")]
    [InlineData("log away")]
    public async Task They_stay_where_they_belong(string what)
    {
        await using var server = await FakeOpenAiServer.StartAsync();
        var whole = new FakeReply { Text = "The canary-answer sings.", ErrorMessage = "canary-error about canary-prompt with canary-key" };
        server.Default = what switch
        {
            "refused" => whole with { Status = 400 },
            "unavailable" => whole with { Status = 500 },
            "cut" => whole with { CutAfter = 3 },
            "garbage" => whole with { GarbageAfter = 3 },
            "filtered" => whole with { FinishReason = "content_filter" },
            "error in stream" => whole with { ErrorAfter = 3 },
            "no stream" => whole with { RawBody = "canary-body" },
            _ => whole,
        };
        await using var processor = await ProcessorDriver.StartAsync(null,
            ("Llm:SystemPrompt", "canary-system"),
            ("Llm:Providers:0:Type", "openai"),
            ("Llm:Providers:0:BaseUrl", server.BaseUrl.ToString()),
            ("Llm:Providers:0:ApiKey", "canary-key"),
            ("Llm:Providers:0:Model", "m-1"),
            ("Llm:Providers:0:RetryDelay", "00:00:00.001"));
        if (what == "log away")
        {
            processor.Events.BeforeAppend = _ => throw new IOException("Redis is away.");
        }

        var job = processor.Accept("canary-prompt");
        await processor.ReceiveAsync(job);
        await processor.Bus.PublishesAsync<MessageReceived>();
        await processor.InvokeAsync(job);
        await processor.Bus.ReachesAsync(() => processor.Bus.Published<LlmCompleted>().Count + processor.Bus.Published<Fault<InvokeLlm>>().Count > 0, "an end");
        if (what == "whole")
        {
            await processor.PersistAsync(job, JobOutcome.Completed);
            await processor.Bus.PublishesAsync<MessagePersisted>();
            processor.Chats.Of(job.ChatId)[1].Content.ShouldBe(whole.Text);
        }
        else
        {
            processor.Bus.Published<LlmCompleted>().ShouldBeEmpty();
        }

        server.Requests[0].Messages.ShouldContain(new FakeMessage("user", "canary-prompt"));
        processor.Logs.Lines.ShouldNotBeEmpty();
        processor.Logs.Lines.Where(line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        processor.Bus.All.Select(message => JsonSerializer.Serialize(message, message.GetType()))
            .Where(json => json.Contains(Canary, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }
}
