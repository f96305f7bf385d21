using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Notifier.ApiGateway.Leases;
using CloudIa.Tests.Notifier.Fakes;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

/// <summary>A job in the real log, written as Processor and NotifyClient write it.</summary>
internal sealed class GatewayJob(ChatJob job, IEventLog log, EndedJobs ended)
{
    private LlmRun? _run;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Guid JobId => job.JobId;

    public async Task BeginAsync()
    {
        await log.AcceptAsync(job.UserId, job.Accepted(), Cancelled);
        _run = (await log.BeginRunAsync(job.UserId, job.Started(), TimeSpan.FromMinutes(1), Cancelled)).Run!;
    }

    public async Task WriteAsync(string content) => Assert.True(await log.AppendAsync(_run!, job.Delta(content), Cancelled));

    public async Task EndAsync(string content)
    {
        await ended.EndsAsync(job.UserId, JobId, Cancelled);
        await log.EndAsync(job.UserId, job.Completed(content), Cancelled);
    }

    /// <summary><paramref name="pieces"/> + 3 events.</summary>
    public async Task AnswerAsync(int pieces)
    {
        await BeginAsync();
        for (var i = 0; i < pieces; i++)
        {
            await WriteAsync($"{i},");
        }

        await EndAsync("done");
    }

    public Task<IReadOnlyList<ClientEvent>> AllAsync() => log.ReadAsync(JobId, 0, 10_000, Cancelled);
}
