using System.CommandLine;
using System.Text.Json;
using CloudIa.Cli.Http;
using CloudIa.Cli.Output;
using Spectre.Console;

namespace CloudIa.Cli.Commands;

/// <summary><c>cloudia job ID</c>: one job, and what can be done to it.</summary>
internal static class JobCommand
{
    private static readonly (string Name, string Description)[] Actions =
    [
        ("cancel", "Stop it, where it waits for its turn or its answer."),
        ("expire", "Stop it, and tell its user that it took too long."),
        ("retry", "Begin another attempt, where it ended without an answer."),
    ];

    public static Command Create(SharedOptions shared)
    {
        var command = new Command("job", "One job: what happened to it when, its dead letters and webhooks.");
        var id = new Argument<Guid>("id") { Description = "The job's id." };
        command.Arguments.Add(id);
        shared.SetAction(command, (client, parsed, token) => client.GetAsync($"/ops/jobs/{parsed.GetValue(id)}", token), Show);
        foreach (var (name, description) in Actions)
        {
            var action = new Command(name, description);
            shared.SetAction(action, (client, parsed, token) => client.PostAsync($"/ops/jobs/{parsed.GetValue(id)}/{name}", token), Show);
            command.Subcommands.Add(action);
        }

        return command;
    }

    private static void Show(IAnsiConsole console, string answer)
    {
        var detail = JsonSerializer.Deserialize<JobDetailAnswer>(answer, OpsClient.Json)!;
        var job = detail.Job;
        var facts = new Grid().AddColumns(2);
        foreach (var (name, value) in new (string, string?)[]
        {
            ("user", job.UserId), ("chat", $"{job.ChatId}"), ("model", job.Model), ("provider", job.Provider), ("accepted", Cells.Time(job.AcceptedAt)),
            ("ended", job.EndedAt is { } end ? Cells.Time(end) : null), ("deadline", job.Deadline is { } deadline ? Cells.Time(deadline) : null), ("failure", job.FailureCode),
            ("tokens", job.Usage is { } usage ? $"{usage.InputTokens} in, {usage.OutputTokens} out" : null),
            ("cost", job.Cost is { } cost ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{cost.Amount} {cost.Currency}") : null),
            ("frames", $"{detail.Frames}"), ("trace", job.TraceId), ("after job", detail.AfterJobId?.ToString()),
        })
        {
            if (value is not null)
                facts.AddRow(new Markup($"[grey]{name}[/]"), Cells.Plain(value));
        }

        console.Write(new Rule($"{job.JobId} {job.Status}") { Justification = Justify.Left });
        console.Write(facts);

        var timeline = new Table().RoundedBorder().AddColumns("at", "after", "event", "state", "try", "sent");
        foreach (var step in detail.Timeline)
        {
            timeline.AddRow(
                Cells.Plain(Cells.Time(step.At)), Cells.Plain(step.AfterMilliseconds is { } after ? Cells.Span(TimeSpan.FromMilliseconds(after)) : ""), Cells.Plain(step.Event),
                Cells.Status(step.State), Cells.Plain($"{step.Attempt}"), Cells.Plain(string.Join(", ", step.Sent)));
        }

        console.Write(timeline);
        foreach (var letter in detail.DeadLetters)
            console.MarkupLineInterpolated($"[red]dead letter[/] of {letter.Queue} ({letter.Kind}): {letter.MessageType}, attempt {letter.Attempt}, {Cells.Time(letter.At)}");
        foreach (var webhook in detail.Webhooks)
            console.MarkupLineInterpolated($"webhook {webhook.WebhookId} at {webhook.Host}, attempt {webhook.Attempt}: {webhook.State} after {webhook.Tries} tries");
    }
}
