using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Api.Jobs;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>Puts together what operators see of jobs: the rows say which there are and how they ended, the sagas how far they are.</summary>
internal sealed class OperatedJobReader(
    IJobQueries queries, IDeliveryStore deliveries, IFailureStore failures, ILoadSagaRepository<ChatJobSaga> sagas, IEventCounts events, IOptions<JsonOptions> json)
{
    private const string Accepted = "accepted";
    private const string Ended = "ended";

    /// <param name="sagaState">Of open jobs, as <see cref="JobStatuses"/> has it; null: any.</param>
    public async Task<Page<OperatedJob>> ListAsync(JobQuery query, string? sagaState, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var page = await queries.ListAsync(query, limit, cursor, cancellationToken);
        var jobs = await Task.WhenAll(page.Items.Select(async job => OperatedJob.From(job, job.IsOpen ? await sagas.FindAsync(job.JobId) : null)));
        return new([.. jobs.Where(x => sagaState is null || x.Status == sagaState)], page.Next);
    }

    /// <returns>Null: there is no such job.</returns>
    public async Task<OperatedJobDetail?> GetAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var letters = failures.ListOfJobAsync(jobId, cancellationToken);
        var frames = events.CountAsync(jobId, cancellationToken);
        var finding = sagas.FindAsync(jobId);
        await ((Task)Task.WhenAll(letters, frames, finding)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await deliveries.ReadJobAsync(jobId, cancellationToken) is not { Job: { ErasedAt: null } job } read)
            return null;

        var saga = await finding;
        return new()
        {
            Job = OperatedJob.From(JobSummary.Of(job), saga),
            Turn = job.Turn,
            SessionId = job.SessionId,
            AfterJobId = job.AfterJobId,
            Saga = saga is null ? null : Stored(saga),
            Timeline = Timeline(job, saga),
            Frames = await frames,
            DeadLetters = [.. (await letters).OrderByDescending(x => x.At).Select(OperatedJobDeadLetter.From)],
            Webhooks = WebhookTold.All(read.Webhooks),
        };
    }

    private JsonObject Stored(ChatJobSaga saga)
    {
        var stored = JsonSerializer.SerializeToNode(saga, json.Value.SerializerOptions)!.AsObject();
        stored.Remove(json.Value.SerializerOptions.PropertyNamingPolicy?.ConvertName(nameof(ChatJobSaga.Steps)) ?? nameof(ChatJobSaga.Steps));
        return stored;
    }

    private static List<OperatedJobStep> Timeline(JobRecord job, ChatJobSaga? saga)
    {
        List<OperatedJobStep> steps = [];
        Add(job.AcceptedAt, Accepted, Accepted, 0, []);
        foreach (var step in saga?.Steps ?? [])
            Add(step.At, step.Event, step.State, step.Attempt, step.Sent ?? []);
        if (saga?.Steps is null && job.Outcome is { } outcome)
            Add(outcome.EndedAt, Ended, $"{outcome.Outcome}", outcome.Attempt, []);
        return steps;

        void Add(DateTimeOffset at, string @event, string state, int attempt, IReadOnlyList<string> sent) => steps.Add(new()
        {
            At = at,
            AfterMilliseconds = steps.Count == 0 ? null : Math.Round((at - steps[^1].At).TotalMilliseconds, 1),
            Event = @event,
            State = state,
            Attempt = attempt,
            Sent = sent,
        });
    }
}
