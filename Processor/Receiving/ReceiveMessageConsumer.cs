using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Processor.Receiving;

/// <summary>Records the user's turn in the chat's history.</summary>
internal sealed partial class ReceiveMessageConsumer(
    IJobStore jobs,
    IChatStore chats,
    TimeProvider time,
    ILogger<ReceiveMessageConsumer> logger) : IConsumer<ReceiveMessage>
{
    public async Task Consume(ConsumeContext<ReceiveMessage> context)
    {
        var (message, cancellationToken) = (context.Message, context.CancellationToken);
        var job = await jobs.GetAsync(message.JobId, cancellationToken)
            ?? throw new JobNotFoundException(message.JobId, nameof(ReceiveMessage));

        var written = await chats.AddMessageAsync(UserMessage(job), message.Attempt, cancellationToken);
        Log.Recorded(logger, job.JobId, message.Attempt, job.Turn, written);
        if (job.Outcome is { } outcome && outcome.Attempt >= message.Attempt)
        {
            await context.PublishFoundEndedAsync(job, message.Attempt);
            return;
        }

        await context.Publish(new MessageReceived
        {
            JobId = message.JobId,
            Attempt = message.Attempt,
            Timestamp = time.GetUtcNow(),
        }, cancellationToken);
    }

    private static MessageRecord UserMessage(JobRecord job) => new()
    {
        ChatId = job.ChatId,
        Sequence = job.UserPlace,
        Parent = job.Parent,
        MessageId = job.UserMessageId,
        JobId = job.AnswersJobId ?? job.JobId,
        Role = MessageRoles.User,
        Content = job.Prompt,
        CreatedAt = job.AcceptedAt,
    };

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Debug, "Job {JobId}, attempt {Attempt}: the user's message of turn {Turn} is recorded (by this call: {Written}).")]
        public static partial void Recorded(ILogger logger, Guid jobId, int attempt, long turn, bool written);
    }
}
