using System.CommandLine;
using System.Text.Json;
using CloudIa.Cli.Http;
using CloudIa.Cli.Output;

namespace CloudIa.Cli.Commands;

/// <summary><c>cloudia tail ID</c>: what happens to a job, as it happens, until it has ended.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly HashSet<string> Ends = ["completed", "failed", "cancelled", "expired"];

    public static Command Create(SharedOptions shared)
    {
        var id = new Argument<Guid>("id") { Description = "The job's id." };
        var command = new Command("tail", "What happens to a job, a line each, until it has ended. Looked for once a second.") { id };
        shared.SetAction(command, (client, parsed, token) => FollowAsync(shared, client, parsed, parsed.GetValue(id), token));
        return command;
    }

    private static async Task FollowAsync(SharedOptions shared, OpsClient client, ParseResult parsed, Guid jobId, CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        while (true)
        {
            var detail = JsonSerializer.Deserialize<JobDetailAnswer>(await client.GetAsync($"/ops/jobs/{jobId}", cancellationToken), OpsClient.Json)!;
            foreach (var step in detail.Timeline.Where(x => last is null || x.At > last))
            {
                await shared.WriteLineAsync(
                    parsed, $"{Cells.Time(step.At)}  {step.Event,-18} {step.State,-11} try {step.Attempt}  {string.Join(", ", step.Sent)}".TrimEnd(), JsonSerializer.Serialize(step, OpsClient.Json));
                last = step.At;
            }

            if (Ends.Contains(detail.Job.Status))
                return;

            await Task.Delay(Interval, shared.Time, cancellationToken);
        }
    }
}
