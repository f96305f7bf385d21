using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Notifier.Listening;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Notifier.Notifying;

/// <summary>Appends the attempt's last event, which announces it to all listeners, and tells the saga.</summary>
/// <remarks>Safe to repeat: the log takes one last event per attempt, and the saga ignores a second <see cref="ClientNotified"/>.</remarks>
public sealed partial class NotifyClientConsumer(IEventLog log, IJobStore jobs, IChatStore chats, IConnectionRegistry registry,
    TimeProvider time, ILogger<NotifyClientConsumer> logger) : IConsumer<NotifyClient>
{
    private readonly LastEvents _lastEvents = new(log, jobs, chats, time);

    public async Task Consume(ConsumeContext<NotifyClient> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var command = context.Message;
        var last = command.Outcome == JobOutcome.Completed
            ? await _lastEvents.CompletedAsync(command, context.CancellationToken)
            : _lastEvents.WithoutAnswer(command);
        await log.EndAsync(command.UserId, last, context.CancellationToken);

        var connections = command.SessionId is null
            ? 0
            : (await registry.GetAsync(command.UserId, command.SessionId, context.CancellationToken)).Count;
        await context.Publish(new ClientNotified
        {
            JobId = command.JobId,
            Attempt = command.Attempt,
            SessionConnections = connections,
            Timestamp = time.GetUtcNow(),
        });
        LogNotified(command.JobId, command.Attempt, command.Outcome, connections);
    }

    [LoggerMessage(40, LogLevel.Information, "Job {JobId}, attempt {Attempt}: {Outcome} was announced; its session has {Connections} connections")]
    private partial void LogNotified(Guid jobId, int attempt, JobOutcome outcome, int connections);
}
