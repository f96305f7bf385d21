using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Notifier.Webhooks;
using MassTransit;

namespace CloudIa.Notifier.Notifying;

/// <summary>Appends the attempt's last event, which announces it to all listeners, begins to tell the webhooks, and tells the saga.</summary>
/// <remarks>
/// Safe to repeat: the log takes one last event per attempt, a webhook's delivery begins once, and the saga ignores a second <see cref="ClientNotified"/>.
/// The webhooks' commands are in SQS before the saga hears of the end, and before this command is acknowledged: a process that dies in between loses none.
/// </remarks>
internal sealed partial class NotifyClientConsumer(IEventLog log, LastEvents lastEvents, IConnectionRegistry registry, IEnumerable<IJobEnds> ends, WebhookDispatch webhooks,
    TimeProvider time, ILogger<NotifyClientConsumer> logger) : IConsumer<NotifyClient>
{
    public async Task Consume(ConsumeContext<NotifyClient> context)
    {
        var command = context.Message;
        var last = command.Outcome == JobOutcome.Completed
            ? await lastEvents.CompletedAsync(command, context.CancellationToken)
            : lastEvents.WithoutAnswer(command);
        foreach (var hears in ends)
        {
            await hears.EndsAsync(command.UserId, command.JobId, context.CancellationToken);
        }

        await log.EndAsync(command.UserId, last, context.CancellationToken);

        // A stream of server-sent events follows one job, perhaps another one: it is no device that hears of this.
        var connections = (await registry.GetAsync(command.UserId, context.CancellationToken)).Where(x => x.Wire != ListenerWires.EventStream).ToList();
        var begun = await webhooks.BeginAsync(context, last.Timestamp);
        await context.Publish(new ClientNotified
        {
            JobId = command.JobId,
            Attempt = command.Attempt,
            SessionConnections = connections.Count(x => x.SessionId == command.SessionId),
            Connections = connections.Count,
            Timestamp = time.GetUtcNow(),
        });
        LogNotified(command.JobId, command.Attempt, command.Outcome, connections.Count, begun);
    }

    [LoggerMessage(40, LogLevel.Information, "Job {JobId}, attempt {Attempt}: {Outcome} was announced; its user has {Connections} connections, and {Webhooks} webhooks are told")]
    private partial void LogNotified(Guid jobId, int attempt, JobOutcome outcome, int connections, int webhooks);
}
