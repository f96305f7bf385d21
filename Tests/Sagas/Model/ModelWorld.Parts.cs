using CloudIa.Contracts;

namespace CloudIa.Tests.Sagas.Model;

/// <content>Processor, Notifier, user, sweeper, and what breaks.</content>
internal sealed partial class ModelWorld
{
    private static bool EndedBefore(ModelJob job, int attempt) => job.Outcome is not null && job.OutcomeAttempt >= attempt;

    private JobFoundEnded FoundEnded(ModelJob job, int i, int attempt) => new()
    {
        JobId = _ids[i],
        Attempt = attempt,
        OutcomeAttempt = job.OutcomeAttempt,
        Outcome = job.Outcome!.Value,
        FailureCode = job.FailureCode,
        EndedAt = Start,
    };

    private LlmCompleted Completed(int i, int attempt) => new() { JobId = _ids[i], Attempt = attempt, Model = "m", Usage = NoUsage, Timestamp = Start };

    private bool IsBusy(ModelState state, int i)
    {
        foreach (var number in state.Bag)
        {
            if (_messages[number] is ModelAnswers run && run.JobId == _ids[i] && run.Attempt > state.Jobs[i].Stopped)
                return true;
        }

        return false;
    }

    private void Invoked(ModelState next, ref ModelJob job, int i, InvokeLlm invoke)
    {
        if (EndedBefore(job, invoke.Attempt))
        {
            Put(next, FoundEnded(job, i, invoke.Attempt));
        }
        else if (job.Kept)
        {
            Put(next, Completed(i, invoke.Attempt));
        }
        else if (job.Stopped < invoke.Attempt)
        {
            if (i > 0 && next.Jobs[i - 1].Outcome is null)
                next.Violation = "its model is asked, and the row of the job before says nothing yet";
            job.Said = true;
            Put(next, new ModelAnswers(_ids[i], invoke.Attempt));
        }
    }

    private void Persisted(ModelState next, ref ModelJob job, int i, PersistMessage persist)
    {
        if (job.Outcome is not null && job.OutcomeAttempt > persist.Attempt)
            return;

        if (job.Outcome is null || job.OutcomeAttempt < persist.Attempt || scenario.IgnoreRow)
        {
            if (persist.Outcome == JobOutcome.Completed)
            {
                if (job.Kept)
                    job.Answer = ModelAnswer.Whole;
                if (job.Answer != ModelAnswer.Whole)
                {
                    Put(next, new Failed(persist, "CloudIa.Processor.AnswerMissingException"));
                    return;
                }

                Record(next, ref job, persist.Attempt, JobOutcome.Completed, failureCode: null);
            }
            else
            {
                job.Stopped = Math.Max(job.Stopped, (byte)persist.Attempt);
                if (job.Answer == ModelAnswer.Whole && !scenario.IgnoreRow)
                {
                    Record(next, ref job, persist.Attempt, JobOutcome.Completed, failureCode: null);
                }
                else
                {
                    if (persist.Outcome == JobOutcome.Cancelled && job.Said && job.Answer == ModelAnswer.None)
                        job.Answer = ModelAnswer.Partial;
                    Record(next, ref job, persist.Attempt, persist.Outcome, persist.FailureCode);
                }
            }
        }

        Put(next, new MessagePersisted { JobId = _ids[i], Attempt = persist.Attempt, Outcome = job.Outcome, FailureCode = job.FailureCode, Timestamp = Start });
    }

    private static void Record(ModelState next, ref ModelJob job, int attempt, JobOutcome outcome, string? failureCode)
    {
        var code = (int)outcome + 1;
        if (job.RecordedOf(attempt) != 0 && job.RecordedOf(attempt) != code)
            next.Violation = $"attempt {attempt} was recorded as {Code(job.RecordedOf(attempt))}, and is now {outcome}";
        (job.Open, job.Outcome, job.OutcomeAttempt, job.FailureCode) = (false, outcome, (byte)attempt, failureCode);
        job.Recorded = (job.Recorded & ~(7 << (3 * attempt))) | (code << (3 * attempt));
    }

    private static void Notified(ref ModelJob job, NotifyClient notify)
    {
        if (job.Ended >= notify.Attempt)
            return;

        job.Ended = (byte)notify.Attempt;

        // A lost log can be told again; what differs then from what was told before differs from the row, too.
        job.Told = (job.Told & ~(7 << (3 * notify.Attempt))) | (((int)notify.Outcome + 1) << (3 * notify.Attempt));
    }

    /// <summary>The consumer gives up: before it did anything, or after the last thing that it does without telling.</summary>
    private IEnumerable<ModelStep> Faults(ModelState state, int number, int i, object message)
    {
        if (message is ModelAnswers run)
        {
            var broken = Spoiled(state, number);
            Put(broken, new Failed(new InvokeLlm { JobId = run.JobId, Attempt = run.Attempt, Model = null }, "CloudIa.Processor.ModelUnavailableException"));
            yield return new($"{Name(message)} not, it breaks off", broken, IsProgress: false);
            yield break;
        }

        var before = Spoiled(state, number);
        Put(before, new Failed(message, message is InvokeLlm ? "CloudIa.Processor.ModelUnavailableException" : "System.TimeoutException"));
        yield return new($"{Name(message)} faults", before, IsProgress: false);

        // It killed its process, again and again: a dead letter.
        var dead = Spoiled(state, number);
        Put(dead, new FailJobStep { JobId = _ids[i], Attempt = AttemptOf(message), Queue = QueueOf(message) });
        yield return new($"{Name(message)} is a dead letter", dead, IsProgress: false);

        if (message is InvokeLlm)
            yield break;

        var events = Spoiled(state, number);
        var known = events.Bag.ToArray();
        var after = Handled(events, number, i, message);
        foreach (var added in Added(known, after.Bag))
            after.Bag.Remove(added);
        Put(after, new Failed(message, "System.TimeoutException"));
        yield return new($"{Name(message)} is done, and faults", after, IsProgress: false);

        if (message is PersistMessage { Outcome: JobOutcome.Completed } persist && state.Jobs[i].Kept && !EndedBefore(state.Jobs[i], persist.Attempt))
        {
            var half = Spoiled(state, number);
            half.Jobs[i].Answer = ModelAnswer.Whole;
            Put(half, new Failed(message, "System.TimeoutException"));
            yield return new($"{Name(message)} is half done, and faults", half, IsProgress: false);
        }
    }

    private static ModelState Spoiled(ModelState state, int number)
    {
        var next = Taken(state, number);
        next.Faults--;
        return next;
    }

    private static List<int> Added(int[] before, List<int> after)
    {
        var added = after.ToList();
        foreach (var number in before)
            added.Remove(number);
        return added;
    }

    private static int AttemptOf(object command) => command switch
    {
        ReceiveMessage x => x.Attempt,
        InvokeLlm x => x.Attempt,
        PersistMessage x => x.Attempt,
        NotifyClient x => x.Attempt,
        _ => throw new NotSupportedException(),
    };

    private static string QueueOf(object command) => command switch
    {
        ReceiveMessage => ChatJobQueues.ReceiveMessage,
        InvokeLlm => ChatJobQueues.InvokeLlm,
        PersistMessage => ChatJobQueues.PersistMessage,
        _ => ChatJobQueues.NotifyClient,
    };

    private SubmitChatJob Submit(ModelJob job, int i, bool waits = true) => new()
    {
        JobId = _ids[i],
        UserId = "ada",
        ChatId = Guid.Empty,
        AcceptedAt = Start,
        AfterJobId = i == 0 || !waits ? null : _ids[i - 1],
        Turn = i + 1,
        Attempt = job.Outcome is null ? 1 : job.OutcomeAttempt + 1,
    };

    private RetryChatJob Retry(ModelJob job, int i) => new() { JobId = _ids[i], EndedAttempt = job.OutcomeAttempt, Job = Submit(job, i, waits: false) };

    private IEnumerable<ModelStep> User(ModelState state, int i)
    {
        var job = state.Jobs[i];
        if (job.Cancels > 0 && (job.Open || job.Outcome is null))
        {
            var next = state.Copy();
            next.Jobs[i].Cancels--;
            Put(next, new CancelChatJob { JobId = _ids[i], Job = Submit(job, i, waits: false) });
            yield return new($"the user cancels job {i + 1}", next, IsProgress: false);
        }

        if (job.Retries > 0 && !job.Open && job.Outcome is not null and not JobOutcome.Completed && job.OutcomeAttempt < ModelJob.Attempts)
        {
            var next = state.Copy();
            next.Jobs[i].Retries--;
            next.Jobs[i].Open = true;
            Put(next, Retry(job, i));
            yield return new($"the user retries job {i + 1}", next, IsProgress: false);
        }
    }

    private ModelStep? Sweep(ModelState state, int i)
    {
        var (job, saga) = (state.Jobs[i], SagaOf(state, i));
        object? command = null;
        if (saga is not null && !Final.Contains(saga.CurrentState))
        {
            if (saga.Deadline <= At(state.Clock))
                command = new CheckOverdueJob { JobId = _ids[i], Deadline = saga.Deadline };
        }
        else if (job.Open)
        {
            command = saga is not null && job.Outcome is not null ? Retry(job, i) : Submit(job, i);
        }

        if (command is null || state.Bag.Contains(_messages.Of(command)) || (command is not CheckOverdueJob && IsBeginning(state, i)))
            return null;

        var next = state.Copy();
        Put(next, command);
        return new($"the sweeper sends {Name(command)}", next, IsProgress: true);
    }

    /// <summary>What begins it is on its way: no row is that old before it has come.</summary>
    private bool IsBeginning(ModelState state, int i)
    {
        foreach (var number in state.Bag)
        {
            if (_messages[number] is SubmitChatJob or RetryChatJob or CancelChatJob && JobIdOf(_messages[number]) == _ids[i])
                return true;
        }

        return false;
    }

    /// <summary>Time goes on to the next deadline: when nothing else is left, or while messages are slower than that.</summary>
    private ModelStep? Tick(ModelState state)
    {
        DateTimeOffset? at = null;
        for (var i = 0; i < state.Jobs.Length; i++)
        {
            if (SagaOf(state, i) is { Deadline: { } deadline } saga && !Final.Contains(saga.CurrentState) && deadline > At(state.Clock) && (at is null || deadline < at))
                at = deadline;
        }

        if (at is null || (state.Bag.Count > 0 && state.Delays == 0))
            return null;

        var next = state.Copy();
        if (state.Bag.Count > 0)
            next.Delays--;
        next.Clock = (int)(at.Value - Start).TotalMinutes;
        return new($"time goes on to {next.Clock} min", next, IsProgress: state.Bag.Count == 0);
    }

    /// <summary>Redis forgets: sagas, kept answers, logs, rights to write, and who waits for whom.</summary>
    private ModelStep Flush(ModelState state)
    {
        var next = state.Copy();
        next.Crashes--;
        for (var i = 0; i < next.Jobs.Length; i++)
        {
            ref var job = ref next.Jobs[i];
            (job.Saga, job.Kept, job.Stopped, job.Ended, job.WantsTurn, job.Said) = (0, false, 0, 0, false, false);
        }

        next.Bag.RemoveAll(x => _messages[x] is ModelAnswers); // their right to write is gone
        return new("Redis is flushed", next, IsProgress: false);
    }
}

/// <summary>A run of the model that is under way: not a message.</summary>
internal sealed record ModelAnswers(Guid JobId, int Attempt);

/// <summary>An event whose commands have left, and whose saga is not saved yet: not a message.</summary>
internal sealed record Saving(object Event, int Before);
