using System.Globalization;
using System.Text;

namespace CloudIa.Faults.Ledger;

/// <summary>All that is known of the jobs that something was found about: what a person needs to find out why.</summary>
internal static class Dossier
{
    public static string Of(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
            text.Append(CultureInfo.InvariantCulture, $"{finding}\n");

        foreach (var job in findings.Select(x => x.JobId).OfType<Guid>().Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n== job {job:N}\n");
            foreach (var submission in evidence.Book.Submissions.Where(x => x.Accepted.Contains(job)))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"submitted by {submission.User}, {submission.Kind}, place {submission.Order}, of {submission.Of}, retries {submission.Retries}, cancelled {submission.CancelRequested}, told {string.Join(" ", submission.Told)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"row {evidence.Rows.GetValueOrDefault(job)}\n");
            foreach (var message in evidence.MessagesOfJob[job])
                text.Append(CultureInfo.InvariantCulture, $"message {message with { Content = $"({message.Content.Length} characters)" }}\n");
            foreach (var socket in evidence.Book.Sockets.Where(x => x.Events.Any(y => y.JobId == job)))
            {
                text.Append(CultureInfo.InvariantCulture, $"listener {socket.User}/{socket.Listener}:");
                foreach (var frame in socket.Events.Where(x => x.JobId == job))
                    text.Append(CultureInfo.InvariantCulture, $" {frame.Seq}:{frame.Event}/{frame.Attempt}{(frame.Content is { } content ? $"({content.Length})" : "")}");
                text.Append('\n');
            }
        }

        return text.ToString();
    }
}
