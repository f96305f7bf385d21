using System.Net.Http.Json;
using System.Text.Json;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace CloudIa.Tests.Api.Operators;

/// <summary>Api over queues of its own, with nobody behind them but the test.</summary>
public sealed class OperatorsFixture(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly OwnStandIns _own = new(standIns);
    private WebApplication _app = null!;

    internal IServiceProvider Services => _app.Services;

    internal IFailureStore Failures => Services.GetRequiredService<IFailureStore>();

    internal AmazonSQSClient Sqs { get; private set; } = null!;

    internal HttpClient Operator { get; private set; } = null!;

    internal HttpClient Reader { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (sqs, redis) = (await _own.SqsAsync(), await _own.GarnetAsync());
        _app = await ApiFixture.StartAsync(standIns, new()
        {
            ["Messaging:ServiceUrl"] = sqs.ServiceUrl.ToString(),
            ["Redis:ConnectionString"] = redis.ConnectionString,
        });
        await Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        Sqs = Services.GetRequiredService<IOptions<MessagingOptions>>().Value.CreateSqsClient();
        (Operator, Reader) = (ApiFixture.ClientOf(_app, "boss"), ApiFixture.ClientOf(_app, "rita"));
        Reader.DefaultRequestHeaders.Add("X-Dev-Role", "reader");
    }

    public async ValueTask DisposeAsync()
    {
        Operator?.Dispose();
        Reader?.Dispose();
        Sqs?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        await _own.DisposeAsync();
    }

    /// <summary>An open dead letter of a queue that is there.</summary>
    internal async Task<FailureRecord> AddAsync(FailureRecord? like = null)
    {
        var job = NewId.NextGuid();
        var failure = (like ?? Letter()) with { JobId = job, MessageId = NewId.NextGuid().ToString("N") };
        failure = failure with { Body = Body(failure, job, """ "userId":"ada-said-secret" """) };
        await Sqs.CreateQueueAsync(failure.Queue, Token);
        await Failures.AddAsync(failure, Token);
        return failure;
    }

    internal static FailureRecord Letter() => new()
    {
        Queue = "notify-client",
        Kind = FailureKinds.Error,
        MessageId = "",
        At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Attempt = 1,
        MessageType = "NotifyClient",
        Reason = "a-secret-reason",
        ContentType = "application/vnd.masstransit+json",
        ExceptionType = "System.TimeoutException",
        Place = "CloudIa.Notifier.NotifyClientConsumer",
        Body = "",
    };

    /// <summary>What waits in a queue, taken out of it.</summary>
    internal async Task<List<string>> TakeAsync(string queue)
    {
        List<string> all = [];
        var url = (await Sqs.GetQueueUrlAsync(queue, Token)).QueueUrl;
        while (await Sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = 10, WaitTimeSeconds = 1 }, Token) is { Messages: { Count: > 0 } messages })
        {
            all.AddRange(messages.Select(x => x.Body));
            foreach (var message in messages)
                await Sqs.DeleteMessageAsync(url, message.ReceiptHandle, Token);
        }

        return all;
    }

    internal async Task<JsonElement> GetAsync(string path) => await Operator.GetFromJsonAsync<JsonElement>(path, Token);

    internal Task<HttpResponseMessage> PostAsync(string path, object? body = null) => body is null
        ? Operator.PostAsync(new Uri(path, UriKind.Relative), null, Token)
        : Operator.PostAsJsonAsync(path, body, Token);

    private static string Body(FailureRecord failure, Guid job, string rest) => $$"""
        {"messageId":"{{Guid.ParseExact(failure.MessageId, "N")}}","messageType":["urn:message:CloudIa.Contracts:{{failure.MessageType}}"],"message":{"jobId":"{{job}}","attempt":1,"chatId":"{{job}}","outcome":"Completed",{{rest}} } }
        """;
}
