using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CloudIa.Cli.Http;
using CloudIa.Cli.Output;
using Spectre.Console;

namespace CloudIa.Cli.Commands;

/// <summary><c>cloudia jobs</c>: a list.</summary>
internal static class JobsCommand
{
    public static Command Create(SharedOptions shared)
    {
        Option<string?>[] filters =
        [
            new("--state") { Description = "open (where left out), accepted, waiting, invoking, persisting, notifying, completed, failed, cancelled or expired." },
            new("--failure-code") { Description = "Of failed ones, such as model_unavailable." },
            new("--user") { Description = "Of this user." },
            new("--chat") { Description = "Of this chat." },
            new("--from") { Description = "Not before this time (ISO 8601)." },
            new("--to") { Description = "Before this time." },
            new("--order") { Description = "newest (where left out) or oldest first." },
            new("--cursor") { Description = "What the page before named as next." },
        ];
        var limit = new Option<int>("--limit") { Description = "How many, 1–100.", DefaultValueFactory = _ => 50 };
        var command = new Command("jobs", "Jobs by state, or of a user or a chat.") { limit };
        foreach (var filter in filters)
            command.Options.Add(filter);

        shared.SetAction(
            command,
            (client, parsed, token) => client.GetAsync(
                Query.Of("/ops/jobs", [.. filters.Select(x => (NameOf(x), parsed.GetValue(x))), ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture))]), token),
            (console, answer) => Show(console, JsonSerializer.Deserialize<PageAnswer<JobAnswer>>(answer, OpsClient.Json)!, shared.Time.GetUtcNow()));
        return command;
    }

    /// <summary>The API's names are those of the options, in its own spelling.</summary>
    private static string NameOf(Option option) => option.Name == "--failure-code" ? "failureCode" : option.Name[2..];

    private static void Show(IAnsiConsole console, PageAnswer<JobAnswer> page, DateTimeOffset now)
    {
        if (page.Items.Count == 0 && page.Next is null)
        {
            console.MarkupLine("[grey]There are none.[/]");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("job", "status", "try", "user", "model", "age", "took", "failure");
        foreach (var job in page.Items)
        {
            table.AddRow(
                Cells.Plain($"{job.JobId}"), Cells.Status(job.Status), Cells.Plain($"{job.Attempt}"), Cells.Plain(job.UserId), Cells.Plain(job.Model),
                Cells.Plain(Cells.Span(now - job.AcceptedAt)), Cells.Plain(job.EndedAt is { } end ? Cells.Span(end - job.AcceptedAt) : ""), Cells.Plain(job.FailureCode));
        }

        console.Write(table);
        if (page.Next is not null)
            console.MarkupLineInterpolated($"[grey]There are more: --cursor {page.Next}[/]");
    }
}
