using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Contracts;
using CloudIa.Sagas.DeadLetters;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.DeadLetters;

/// <summary>Over the real protocol, with nobody behind the commands' queues but this test.</summary>
public sealed class DeadLetterTests(SagasFixture sagas) : IClassFixture<SagasFixture>
{
    private readonly AmazonSQSClient _sqs = sagas.Sqs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IFailureStore Failures => sagas.Services.GetRequiredService<IFailureStore>();

    private IDeliveryStore Deliveries => sagas.Services.GetRequiredService<IDeliveryStore>();

    [Theory]
    [InlineData(FailureKinds.Skipped)]
    [InlineData(FailureKinds.Dead)]
    public async Task A_command_that_nobody_could_handle_fails_its_job(string kind)
    {
        var job = await BeginAsync();
        await PutAsync($"invoke-llm_{kind}", Envelope("InvokeLlm", $$"""{"jobId":"{{job.JobId}}","attempt":1}"""));

        await Eventually.Is(async () => (await SagaStateAsync(job.JobId)) == "Persisting", "the job is failed");
        var failure = (await Failures.ListOfJobAsync(job.JobId, Token)).ShouldHaveSingleItem();
        failure.Queue.ShouldBe("invoke-llm");
        failure.Kind.ShouldBe(kind);
        failure.MessageType.ShouldBe("InvokeLlm");
        failure.Attempt.ShouldBe(1);
        await Eventually.Is(async () => await CountAsync($"invoke-llm_{kind}") == 0, "it is in the record and no longer in the queue");
    }

    [Theory]
    [InlineData("invoke-llm", "InvokeLlm", "\"not a number\"")]
    [InlineData("receive-message", "ReceiveMessage", "{}")]
    public async Task A_command_that_its_consumer_could_not_read_fails_its_job(string queue, string type, string attempt)
    {
        var job = await BeginAsync();
        await PutAsync($"{queue}_error", Envelope(type, $$"""{"jobId":"{{job.JobId}}","attempt":{{attempt}}}"""));

        await Eventually.Is(async () => (await SagaStateAsync(job.JobId)) == "Persisting", "the job is failed");
    }

    [Fact]
    public async Task A_command_that_its_consumer_gave_up_is_recorded_and_told_by_its_fault_alone()
    {
        var job = await BeginAsync();
        await PutAsync("invoke-llm_error", Envelope("InvokeLlm", $$"""{"jobId":"{{job.JobId}}","attempt":1}"""));

        await Eventually.Is(async () => (await Failures.ListOfJobAsync(job.JobId, Token)).Count == 1, "it is recorded");
        (await SagaStateAsync(job.JobId)).ShouldBe("Invoking");
    }

    /// <summary>A job whose end was told stays as it is, whatever becomes of telling a webhook.</summary>
    [Theory]
    [InlineData(FailureKinds.Error, 2, "undelivered")]
    [InlineData(FailureKinds.Skipped, 2, "undelivered")]
    [InlineData(FailureKinds.Dead, 2, "undelivered")]
    [InlineData(FailureKinds.Error, 1, "pending")]
    public async Task A_webhooks_command_that_is_given_up_is_shown_on_its_job_and_fails_nothing(string kind, int number, string state)
    {
        var job = await BeginAsync();
        var delivery = new WebhookDelivery
        {
            JobId = job.JobId,
            Attempt = 1,
            WebhookId = NewId.NextGuid(),
            Host = "example.com",
            State = WebhookDeliveryStates.Pending,
            Tries = 1,
            LastStatus = 500,
            CreatedAt = job.AcceptedAt,
            NextTryAt = job.AcceptedAt,
        };
        await Deliveries.AddAsync(delivery, Token);
        await PutAsync($"deliver-webhook_{kind}", Envelope("DeliverWebhook", $$"""
            {"jobId":"{{job.JobId}}","attempt":1,"userId":"ada","chatId":"{{job.ChatId}}","webhookId":"{{delivery.WebhookId}}","outcome":"Completed","timestamp":"2026-01-02T03:04:05Z","try":{{number}}}
            """));

        await Eventually.Is(async () => (await Failures.ListOfJobAsync(job.JobId, Token)).Count == 1, "it is recorded");
        await Eventually.Is(async () => await CountAsync($"deliver-webhook_{kind}") == 0, "it is in the record and no longer in the queue");
        var now = (await Deliveries.GetAsync(job.JobId, delivery.WebhookId, 1, Token))!;
        now.State.ShouldBe(state, "a try that was recorded has its successor");
        now.ShouldBe(state == "pending" ? delivery : delivery with { State = "undelivered", Reason = "internal_error", NextTryAt = null });
        (await SagaStateAsync(job.JobId)).ShouldBe("Invoking");
    }

    [Fact]
    public async Task A_webhooks_command_that_nobody_can_read_is_recorded_and_fails_nothing()
    {
        var job = await BeginAsync();
        await PutAsync("deliver-webhook_skipped", Envelope("DeliverWebhook", $$"""{"jobId":"{{job.JobId}}","attempt":1}"""));

        await Eventually.Is(async () => (await Failures.ListOfJobAsync(job.JobId, Token)).Count == 1, "it is recorded");
        await Eventually.Is(async () => await CountAsync("deliver-webhook_skipped") == 0, "it is in the record and no longer in the queue");
        (await SagaStateAsync(job.JobId)).ShouldBe("Invoking");
    }

    [Theory]
    [InlineData("not json at all \u0000 {")]
    [InlineData("[1,2,3]")]
    [InlineData("{\"message\":7}")]
    [InlineData("{\"message\":{\"jobId\":{}}}")]
    public async Task A_letter_that_cannot_be_read_is_recorded_as_it_is(string body)
    {
        await PutAsync("persist-message_skipped", body.Replace("\u0000", "", StringComparison.Ordinal));

        await Eventually.Is(async () => (await OpenAsync()).Exists(x => x.Body == body.Replace("\u0000", "", StringComparison.Ordinal)), "it is recorded");
        (await OpenAsync()).Single(x => x.Body == body.Replace("\u0000", "", StringComparison.Ordinal)).JobId.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_received_too_often_goes_to_the_queue_that_is_collected()
    {
        await _sqs.CreateQueueAsync("invoke-llm", Token);
        await Eventually.Is(
            async () => (await AttributesAsync("invoke-llm")).TryGetValue("RedrivePolicy", out var policy) && policy.Contains("invoke-llm_dead", StringComparison.Ordinal),
            "the queue has its redrive policy");

        var job = await BeginAsync();
        var url = (await _sqs.GetQueueUrlAsync("invoke-llm", Token)).QueueUrl;
        for (var receives = 0; await CountAsync("invoke-llm") > 0; receives++)
        {
            // As a process that dies each time.
            receives.ShouldBeLessThanOrEqualTo(6);
            var received = await _sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, VisibilityTimeout = 0, MaxNumberOfMessages = 10 }, Token);
            foreach (var message in received.Messages ?? [])
                await _sqs.ChangeMessageVisibilityAsync(url, message.ReceiptHandle, 0, Token);
        }

        await Eventually.Is(async () => (await Failures.ListOfJobAsync(job.JobId, Token)).Count > 0, "it was collected");
        await Eventually.Is(async () => (await SagaStateAsync(job.JobId)) == "Persisting", "the job is failed");
    }

    [Fact]
    public async Task A_dead_letter_that_is_sent_again_arrives_as_it_was_and_once()
    {
        await _sqs.CreateQueueAsync("notify-client", Token);
        var jobId = NewId.NextGuid();
        var body = Envelope("NotifyClient", $$"""{"jobId":"{{jobId}}","attempt":1}""");
        await PutAsync("notify-client_error", body);
        await Eventually.Is(async () => (await Failures.ListOfJobAsync(jobId, Token)).Count == 1, "it is recorded");
        var failure = (await Failures.ListOfJobAsync(jobId, Token))[0];

        var redrive = sagas.Services.GetRequiredService<Redrive>();
        (await redrive.SendAsync(failure, Token)).ShouldBe(RedriveResult.Sent);
        (await redrive.SendAsync(failure, Token)).ShouldBe(RedriveResult.NotOpen);

        var url = (await _sqs.GetQueueUrlAsync("notify-client", Token)).QueueUrl;
        var received = await _sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 5, MaxNumberOfMessages = 10, MessageAttributeNames = ["All"] }, Token);
        var message = received.Messages.ShouldHaveSingleItem();
        message.Body.ShouldBe(body);
        message.MessageAttributes["Content-Type"].StringValue.ShouldBe("application/vnd.masstransit+json");
        (await OpenAsync()).ShouldNotContain(x => x.JobId == jobId);
    }

    private async Task<SubmitChatJob> BeginAsync()
    {
        var submit = new SubmitChatJob { JobId = NewId.NextGuid(), UserId = "ada", ChatId = NewId.NextGuid(), AcceptedAt = TimeProvider.System.GetUtcNow() };
        var endpoint = await sagas.Services.GetRequiredService<IBus>().GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(submit, Token);
        await Eventually.Is(async () => (await SagaStateAsync(submit.JobId)) == "Invoking", "the job began");
        return submit;
    }

    private async Task<string?> SagaStateAsync(Guid jobId)
    {
        using var scope = sagas.Services.CreateScope();
        return (await scope.ServiceProvider.GetRequiredService<ILoadSagaRepository<CloudIa.Sagas.ChatJob.ChatJobSaga>>().Load(jobId))?.CurrentState;
    }

    private async Task PutAsync(string queue, string body)
    {
        var url = (await _sqs.GetQueueUrlAsync(queue, Token)).QueueUrl;
        await _sqs.SendMessageAsync(
            new SendMessageRequest
            {
                QueueUrl = url,
                MessageBody = body,
                MessageAttributes = new() { ["Content-Type"] = new() { DataType = "String", StringValue = "application/vnd.masstransit+json" } },
            },
            Token);
    }

    private async Task<List<FailureRecord>> OpenAsync() => [.. (await Failures.ListAsync(new(), 100, null, Token)).Items];

    private async Task<int> CountAsync(string queue)
    {
        var attributes = await AttributesAsync(queue);
        return int.Parse(attributes["ApproximateNumberOfMessages"], System.Globalization.CultureInfo.InvariantCulture)
            + int.Parse(attributes["ApproximateNumberOfMessagesNotVisible"], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<Dictionary<string, string>> AttributesAsync(string queue)
    {
        var url = (await _sqs.GetQueueUrlAsync(queue, Token)).QueueUrl;
        return (await _sqs.GetQueueAttributesAsync(url, ["All"], Token)).Attributes;
    }

    private static string Envelope(string type, string message) =>
        $$"""{"messageId":"{{NewId.NextGuid()}}","messageType":["urn:message:CloudIa.Contracts:{{type}}"],"message":{{message}}}""";
}
