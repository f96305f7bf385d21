using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Sagas.Sweeping;

/// <summary>
/// Finds jobs that nothing moves any more, and makes their saga look. Reads, and sends commands that are safe to send twice; it decides nothing itself.
/// </summary>
internal sealed partial class Sweep(
    IDeadlineIndex deadlines,
    IJobStore jobs,
    IEventLog events,
    ILoadSagaRepository<ChatJobSaga> sagas,
    CorruptSagas corrupt,
    IBus bus,
    IOptions<SweeperOptions> options,
    IOptions<JobOptions> timings,
    TimeProvider time,
    ILogger<Sweep> logger)
{
    private static readonly string[] LiveStates =
        [nameof(ChatJobStateMachine.Waiting), nameof(ChatJobStateMachine.Invoking), nameof(ChatJobStateMachine.Persisting), nameof(ChatJobStateMachine.Notifying)];

    /// <summary>How long a job that was told is not told again: its saga has a queue in front of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Jobs whose deadline is over. Costs what is due, not what there is.</summary>
    /// <returns>How many there were; as many as <see cref="SweeperOptions.Batch"/>: there may be more.</returns>
    public async Task<int> DeadlinesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await deadlines.DueAsync(now, options.Value.Batch, cancellationToken);
        foreach (var jobId in due)
            await EachAsync(jobId, () => DueAsync(jobId, now, cancellationToken));

        return due.Count;
    }

    /// <summary>Rows of open jobs that have no saga, or one that has ended. Costs what is open for longer than the grace.</summary>
    public async Task RowsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var jobId in jobs.ListOpenAsync(now - options.Value.RowGrace, cancellationToken))
            await EachAsync(jobId, () => RowAsync(jobId, now, cancellationToken));
    }

    /// <summary>What is wrong with one job is not to hold up those behind it. What is wrong with Redis or DynamoDB ends the round.</summary>
    private async Task EachAsync(Guid jobId, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception exception) when (exception is InvalidDataException or SagaException or RedisServerException or FormatException)
        {
            Log.Unreadable(logger, exception, jobId);
        }
    }

    private async Task DueAsync(Guid jobId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var saga = await LoadAsync(jobId);
        if (saga is null || saga.HasEnded())
            await deadlines.RemoveAsync(jobId, cancellationToken);
        else if (saga.Deadline is { } deadline && deadline > now)
            await deadlines.SetAsync(jobId, deadline, cancellationToken);
        else
            await OverdueAsync(saga, now, cancellationToken);
    }

    private async Task RowAsync(Guid jobId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var saga = await LoadAsync(jobId);
        if (saga is not null && !saga.HasEnded())
        {
            // Its deadline is the index's matter, unless that was lost.
            if (saga.Deadline is null || saga.Deadline + Patience + Patience < now)
                await OverdueAsync(saga, now, cancellationToken);
            else if (await IsLogLostAsync(saga, now, cancellationToken))
                await LogLostAsync(saga, cancellationToken);
        }
        else if (await jobs.GetAsync(jobId, cancellationToken) is { IsOpen: true } job)
        {
            await BeginAgainAsync(job, saga, cancellationToken);
        }
    }

    private async Task OverdueAsync(ChatJobSaga saga, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!LiveStates.Contains(saga.CurrentState))
        {
            // Of a version to come that was taken back: nobody here can move it. One that is not overdue may have somebody there who can.
            await SetAsideAsync(saga.CorrelationId, $"its state '{saga.CurrentState}' is not known here");
            return;
        }

        // Again, if nothing comes of it.
        await deadlines.SetAsync(saga.CorrelationId, now + Patience, cancellationToken);
        if (saga.CurrentState == nameof(ChatJobStateMachine.Invoking) && now < saga.ExpiresAt && await events.IsRunningAsync(saga.CorrelationId, saga.Attempt, cancellationToken))
            return;

        Log.Overdue(logger, saga.CorrelationId, saga.Attempt, saga.CurrentState, saga.Resends);
        await SendAsync(new CheckOverdueJob { JobId = saga.CorrelationId, Deadline = saga.Deadline }, cancellationToken);
    }

    /// <summary>
    /// Whether Redis lost the events of a job whose answer is awaited, and only them: a run that finds its right to write gone stops, and nobody
    /// takes its place before the deadline. Once for each attempt: where Redis lost more, the commands may all still wait for their turn.
    /// </summary>
    private async Task<bool> IsLogLostAsync(ChatJobSaga saga, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (saga is not { CurrentState: nameof(ChatJobStateMachine.Invoking), LlmCompletedAt: null, Resends: 0 }
            || saga.Deadline - timings.Value.InvokingDeadline + options.Value.RowGrace > now)
        {
            return false;
        }

        try
        {
            return (await events.ReadAsync(saga.CorrelationId, 0, 1, cancellationToken)).Count == 0
                && !await events.IsRunningAsync(saga.CorrelationId, saga.Attempt, cancellationToken);
        }
        catch (CorruptEventException)
        {
            return false;
        }
    }

    private Task LogLostAsync(ChatJobSaga saga, CancellationToken cancellationToken)
    {
        Log.LogLost(logger, saga.CorrelationId, saga.Attempt);
        return SendAsync(new CheckOverdueJob { JobId = saga.CorrelationId, Deadline = saga.Deadline }, cancellationToken);
    }

    private async Task BeginAgainAsync(JobRecord job, ChatJobSaga? saga, CancellationToken cancellationToken)
    {
        Log.WithoutSaga(logger, job.JobId, job.AcceptedAt, saga?.CurrentState ?? "none");
        if (saga is not null && job.Outcome is not null)
            await SendAsync(job.ToRetryCommand(), cancellationToken);
        else
            await SendAsync(job.ToSubmitCommand(job.AfterJobId), cancellationToken);
    }

    private async Task<ChatJobSaga?> LoadAsync(Guid jobId)
    {
        try
        {
            return await sagas.Load(jobId);
        }
        catch (SagaException exception) when (exception.IsCorrupt())
        {
            await SetAsideAsync(jobId, exception.Message);
            return null;
        }
    }

    private async Task SetAsideAsync(Guid jobId, string why)
    {
        await corrupt.SetAsideAsync(jobId);
        Log.Corrupt(logger, jobId, why, CorruptSagas.Aside(jobId).ToString());
    }

    private async Task SendAsync<T>(T command, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(command, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2104, LogLevel.Error, "Job {JobId}: its row or its saga cannot be read, so it is left alone.")]
        public static partial void Unreadable(ILogger logger, Exception exception, Guid jobId);

        [LoggerMessage(2105, LogLevel.Warning, "Job {JobId}, attempt {Attempt}: Redis has no events of it and no model is at work on it. Its step is sent again.")]
        public static partial void LogLost(ILogger logger, Guid jobId, int attempt);

        [LoggerMessage(2101, LogLevel.Warning, "Job {JobId}, attempt {Attempt}: overdue in {State}, sent again {Resends} times before.")]
        public static partial void Overdue(ILogger logger, Guid jobId, int attempt, string state, int resends);

        [LoggerMessage(2102, LogLevel.Warning, "Job {JobId}, accepted {AcceptedAt:O}: open, and its saga is {State}. It begins again from its row.")]
        public static partial void WithoutSaga(ILogger logger, Guid jobId, DateTimeOffset acceptedAt, string state);

        [LoggerMessage(2103, LogLevel.Error, "Job {JobId}: what Redis holds is no saga ({Why}). It was put aside under {Key} for a week, and the job begins again from its row.")]
        public static partial void Corrupt(ILogger logger, Guid jobId, string why, string key);
    }
}
