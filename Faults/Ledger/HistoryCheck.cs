using CloudIa.Faults.Model;

namespace CloudIa.Faults.Ledger;

/// <summary>What the history has is what the outcome says, once, whole, in the order of acceptance.</summary>
internal sealed class HistoryCheck : ICheck
{
    public IEnumerable<Finding> Find(Evidence evidence)
    {
        var messages = evidence.MessagesOfJob;
        foreach (var submission in evidence.Book.Jobs)
        {
            if (submission.JobId is { } job && evidence.Rows.TryGetValue(job, out var row) && row.IsAtRest)
            {
                foreach (var finding in OfJob(submission, row, [.. messages[job]]))
                    yield return finding;
            }
        }

        foreach (var finding in Order(evidence))
            yield return finding;
    }

    private static IEnumerable<Finding> OfJob(Submission submission, JobRow row, List<MessageRow> messages)
    {
        var said = messages.Where(x => !x.IsAssistant).ToList();
        var answers = messages.Where(x => x.IsAssistant).ToList();
        var expected = submission.Kind == SubmissionKind.Regenerate ? 0 : 1;
        if (said.Count > expected)
            yield return new(FindingKind.Doubled, row.JobId, $"{said.Count} user messages");
        else if (said.Count < expected && row.Outcome == EndState.Completed)
            yield return new(FindingKind.Lost, row.JobId, "completed, and the user's message is not in the history");
        if (said.Exists(x => x.Content != PromptText.Write(submission.Token)))
            yield return new(FindingKind.Spliced, row.JobId, "the user's message is not the one that was sent");

        if (answers.Count > 1)
            yield return new(FindingKind.Doubled, row.JobId, $"{answers.Count} answers, at {string.Join(", ", answers.Select(x => x.Sequence))}");

        foreach (var answer in answers)
        {
            if (answer.Sequence != 2 * row.Turn)
                yield return new(FindingKind.Spliced, row.JobId, $"its answer is at {answer.Sequence}, not at {2 * row.Turn}");
            if (answer.IsPartial ? !AnswerText.IsBeginning(submission.Token, answer.Content) : !AnswerText.IsWhole(submission.Token, answer.Content))
                yield return new(FindingKind.Spliced, row.JobId, $"its {(answer.IsPartial ? "partial " : "")}answer of {answer.Content.Length} characters is not what one call said");
        }

        if (row.Outcome == EndState.Completed && !answers.Exists(x => !x.IsPartial))
            yield return new(FindingKind.Lost, row.JobId, answers.Count == 0 ? "completed, without an answer" : "completed, with a partial answer only");
        if (row.Outcome != EndState.Completed && answers.Exists(x => !x.IsPartial))
            yield return new(FindingKind.Doubled, row.JobId, $"{row.Outcome}, and there is a whole answer");
    }

    private static IEnumerable<Finding> Order(Evidence evidence)
    {
        foreach (var chat in evidence.Book.Jobs.Where(x => x.ChatId is not null).GroupBy(x => x.ChatId))
        {
            JobRow? before = null;
            foreach (var submission in chat.OrderBy(x => x.Order))
            {
                if (!evidence.Rows.TryGetValue(submission.JobId!.Value, out var row))
                    continue;

                if (before is not null && row.Turn == before.Turn)
                    yield return new(FindingKind.Doubled, row.JobId, $"it has turn {row.Turn}, and so has job {before.JobId:N}");
                else if (before is not null && row.Turn < before.Turn)
                    yield return new(FindingKind.Spliced, row.JobId, $"accepted after job {before.JobId:N}, and its turn {row.Turn} is before that one's {before.Turn}");
                before = row;
            }
        }
    }
}
