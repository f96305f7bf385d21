using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>
/// The other parts, as DESIGN.md and the contracts' comments promise them: the queues (any order, some messages twice), Processor, Notifier, the user,
/// the sweeper, and what may break. What may happen next in a state, one message or one whim at a time.
/// </summary>
internal sealed partial class ModelWorld(ModelScenario scenario)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);
    private static readonly TokenUsage NoUsage = new();
    private static readonly string[] Final = ["Completed", "Failed", "Cancelled", "Expired"];

    private readonly RealSaga _saga = new();
    private readonly Guid[] _ids = [.. Enumerable.Range(0, scenario.Jobs).Select(x => new Guid(x + 1, 0, 0, new byte[8]))];
    private readonly Numbered<string> _values = new();
    private readonly Numbered<object> _messages = new();
    private readonly Dictionary<int, ChatJobSaga> _sagas = [];
    private readonly Dictionary<(int Saga, int Message, int Clock, bool Free, bool Waiting), SagaStep> _steps = [];

    /// <summary>How often the real machine was driven.</summary>
    public int MachineSteps => _saga.Steps;

    public HashSet<string> SeenFinal { get; } = [];

    /// <summary>All jobs are accepted: their rows are there and their first commands sent.</summary>
    public ModelState First()
    {
        var state = new ModelState(scenario.Jobs)
        {
            Duplicates = scenario.Duplicates,
            Faults = scenario.Faults,
            Crashes = scenario.Crashes,
            Delays = scenario.Delays,
        };
        for (var i = 0; i < scenario.Jobs; i++)
        {
            state.Jobs[i] = new() { Open = true, Cancels = (byte)scenario.Cancels(i), Retries = (byte)scenario.Retries(i) };
            Put(state, Submit(state.Jobs[i], i));
        }

        return state;
    }

    public IEnumerable<ModelStep> Next(ModelState state)
    {
        var last = 0;
        foreach (var number in state.Bag)
        {
            if (number == last)
                continue;

            last = number;
            foreach (var step in Deliver(state, number))
                yield return step;
        }

        for (var i = 0; i < state.Jobs.Length; i++)
        {
            foreach (var step in User(state, i))
                yield return step;

            if (scenario.Sweeper && Sweep(state, i) is { } swept)
                yield return swept;
        }

        if (scenario.Sweeper && Tick(state) is { } tick)
            yield return tick;

        if (scenario.Flush && state.Crashes > 0)
            yield return Flush(state);
    }

    /// <summary>What must hold always, and what besides when nothing can happen any more.</summary>
    public string? Violation(ModelState state, bool isEnd)
    {
        if (state.Violation is { } step)
            return step;

        for (var i = 0; i < state.Jobs.Length; i++)
        {
            var violation = Always(state.Jobs[i], SagaOf(state, i)) ?? (isEnd ? AtTheEnd(state.Jobs[i], SagaOf(state, i), wasFlushed: scenario.Flush && state.Crashes == 0) : null);
            if (violation is not null)
                return $"job {i + 1}: {violation}";
        }

        return null;
    }

    public string Describe(ModelState state) => string.Join("; ", Enumerable.Range(0, state.Jobs.Length).Select(i =>
    {
        var (job, saga) = (state.Jobs[i], SagaOf(state, i));
        return $"job {i + 1}: saga {saga?.CurrentState ?? "none"} (attempt {saga?.Attempt}, {saga?.Outcome}), row {(job.Open ? "open" : "closed")} {job.Outcome} of {job.OutcomeAttempt}, " +
            $"answer {job.Answer}, told {Convert.ToString(job.Told, 8)}, recorded {Convert.ToString(job.Recorded, 8)}";
    })) + $"; {state.Clock} min; in flight: {string.Join(", ", state.Bag.Select(x => Name(_messages[x])))}";

    private static string? Always(ModelJob job, ChatJobSaga? saga)
    {
        for (var attempt = 1; attempt <= ModelJob.Attempts; attempt++)
        {
            if (job.ToldOf(attempt) != 0 && job.ToldOf(attempt) != job.RecordedOf(attempt))
                return $"attempt {attempt} was told as {Code(job.ToldOf(attempt))}, and its row said {Code(job.RecordedOf(attempt))}";
        }

        if (job.Outcome == JobOutcome.Completed && !(job.HasQuestion && job.Answer == ModelAnswer.Whole))
            return "it is completed, and the history has not one question and one whole answer";
        if (!job.Open && job.Outcome is { } and not JobOutcome.Completed && job.Answer == ModelAnswer.Whole)
            return $"it is {job.Outcome}, and the history has a whole answer";
        if (saga is null)
            return null;
        if (!Final.Contains(saga.CurrentState))
            return saga.Deadline is null ? $"it is {saga.CurrentState} without a deadline" : null;
        if (Code(job.RecordedOf(saga.Attempt)) != saga.CurrentState)
            return $"its saga ended as {saga.CurrentState}, and the row says {Code(job.RecordedOf(saga.Attempt))}";
        return !saga.Undelivered && job.ToldOf(saga.Attempt) == 0 ? $"its saga ended as {saga.CurrentState}, and nobody was told" : null;
    }

    private static string? AtTheEnd(ModelJob job, ChatJobSaga? saga, bool wasFlushed)
    {
        if (job.Open || job.Outcome is null)
            return "nothing moves any more, and its row is open";
        if (saga is not null && !Final.Contains(saga.CurrentState))
            return $"nothing moves any more, and its saga is {saga.CurrentState}";

        // A late command of an old attempt can have begun the saga anew: it ends as that attempt has ended, and the row is of a newer one.
        return saga is not null && (saga.Attempt > job.OutcomeAttempt || (saga.Attempt < job.OutcomeAttempt && !wasFlushed)) ? $"its saga is of attempt {saga.Attempt}, its row of {job.OutcomeAttempt}" : null;
    }

    private static string Code(int code) => code == 0 ? "nothing" : ((JobOutcome)(code - 1)).ToString();

    private static string Name(object message) => message switch
    {
        Failed failed => $"fault of {Name(failed.Command)}",
        PersistMessage x => $"PersistMessage {x.Attempt} {x.Outcome}",
        NotifyClient x => $"NotifyClient {x.Attempt} {x.Outcome}",
        MessagePersisted x => $"MessagePersisted {x.Attempt} {x.Outcome}",
        RetryChatJob x => $"RetryChatJob {x.EndedAttempt}",
        FailJobStep x => $"FailJobStep {x.Attempt} {x.Queue}",
        InvokeLlm x => $"InvokeLlm {x.Attempt}",
        ModelAnswers x => $"ModelAnswers {x.Attempt}",
        _ => message.GetType().Name,
    } + $"({JobIdOf(message).ToByteArray()[0]})";

    private static Guid JobIdOf(object message) => message switch
    {
        SubmitChatJob x => x.JobId,
        CancelChatJob x => x.JobId,
        RetryChatJob x => x.JobId,
        StartNextTurn x => x.JobId,
        CheckOverdueJob x => x.JobId,
        FailJobStep x => x.JobId,
        ReceiveMessage x => x.JobId,
        InvokeLlm x => x.JobId,
        PersistMessage x => x.JobId,
        NotifyClient x => x.JobId,
        MessageReceived x => x.JobId,
        LlmCompleted x => x.JobId,
        MessagePersisted x => x.JobId,
        ClientNotified x => x.JobId,
        JobFoundEnded x => x.JobId,
        ModelAnswers x => x.JobId,
        Saving x => JobIdOf(x.Event),
        Failed x => JobIdOf(x.Command),
        _ => throw new NotSupportedException(),
    };

    private static DateTimeOffset At(int minutes) => Start.AddMinutes(minutes);

    private IEnumerable<ModelStep> Deliver(ModelState state, int number)
    {
        var message = _messages[number];
        var i = Array.IndexOf(_ids, JobIdOf(message));
        var name = Name(message);
        if (message is InvokeLlm && IsBusy(state, i))
            yield break; // redelivered until the run has ended

        var isCommand = message is ReceiveMessage or InvokeLlm or PersistMessage or NotifyClient;
        yield return new(name, Handled(Taken(state, number), number, i, message), IsProgress: true);
        if (state.Duplicates > 0 && message is not (ModelAnswers or Saving))
        {
            var kept = state.Copy();
            kept.Duplicates--;
            yield return new($"{name}, and it stays", Handled(kept, number, i, message), IsProgress: false);
        }

        if (state.Faults > 0 && (isCommand || message is ModelAnswers))
        {
            foreach (var fault in Faults(state, number, i, message))
                yield return fault;
        }

        if (isCommand || message is ModelAnswers or Saving || state.Crashes == 0 || !scenario.Kills)
            yield break;

        // A kill after the save: the event comes again, and what it made the saga send goes out once more.
        var killed = Taken(state, number);
        killed.Crashes--;
        yield return new($"{name}, killed after the save", SagaHandles(killed, number, i, message, times: 2), IsProgress: false);
        if (scenario.AckBeforeSave)
        {
            var lost = Taken(state, number);
            lost.Crashes--;
            yield return new($"{name}, killed after the acknowledgement", lost, IsProgress: false);
        }
    }

    private static ModelState Taken(ModelState state, int number)
    {
        var next = state.Copy();
        next.Bag.Remove(number);
        return next;
    }

    private ModelState Handled(ModelState next, int number, int i, object message)
    {
        ref var job = ref next.Jobs[i];
        switch (message)
        {
            case ReceiveMessage receive:
                job.HasQuestion = true;
                Put(next, EndedBefore(job, receive.Attempt) ? FoundEnded(job, i, receive.Attempt) : new MessageReceived { JobId = _ids[i], Attempt = receive.Attempt, Timestamp = Start });
                break;
            case InvokeLlm invoke:
                Invoked(next, ref job, i, invoke);
                break;
            case ModelAnswers answers when job.Stopped < answers.Attempt:
                job.Kept = true;
                Put(next, Completed(i, answers.Attempt));
                break;
            case ModelAnswers:
                break;
            case PersistMessage persist:
                Persisted(next, ref job, i, persist);
                break;
            case NotifyClient notify:
                Notified(ref job, notify);
                Put(next, new ClientNotified { JobId = _ids[i], Attempt = notify.Attempt, SessionConnections = 0, Timestamp = Start });
                break;
            case Saving saving:
                return SagaHandles(next, _messages.Of(saving.Event), i, saving.Event, times: 1, isSending: job.Saga != saving.Before);
            default:
                return SagaHandles(next, number, i, message, times: 1);
        }

        return next;
    }

    private ModelState SagaHandles(ModelState next, int number, int i, object message, int times, bool isSending = true)
    {
        ref var job = ref next.Jobs[i];
        var free = scenario.IgnoreTurns || i == 0 || !next.Jobs[i - 1].Open;
        var waiting = i + 1 < next.Jobs.Length && next.Jobs[i + 1].WantsTurn;
        var before = SagaOf(next, i);
        var key = (job.Saga, number, next.Clock, free, waiting);
        if (!_steps.TryGetValue(key, out var step))
        {
            var value = job.Saga == 0 ? null : _values[job.Saga];
            step = _steps[key] = _saga.Handle(value, message, _ids[i], At(next.Clock), free, waiting ? _ids[i + 1] : null, scenario.Mutation);
        }

        job.WantsTurn |= step.Asked;
        var saved = step.Value is null ? 0 : _values.Of(step.Value);
        if (!isSending || !scenario.SendBeforeSave || step.Sent.Count == 0)
        {
            job.Saga = saved;
        }
        else
        {
            Put(next, new Saving(message, before is null ? 0 : job.Saga));
        }

        for (var time = 0; isSending && time < times; time++)
        {
            foreach (var sent in step.Sent)
                Put(next, sent);
        }

        var after = SagaOf(next, i);
        if (after is not null && Final.Contains(after.CurrentState))
            SeenFinal.Add(after.CurrentState);
        if (before is not null && Final.Contains(before.CurrentState) && (after?.CurrentState != before.CurrentState || after.Attempt != before.Attempt)
            && !(message is RetryChatJob && after?.Attempt == before.Attempt + 1 && before.CurrentState != "Completed"))
        {
            next.Violation = $"{Name(message)} took it out of {before.CurrentState}";
        }

        return next;
    }

    private ChatJobSaga? SagaOf(ModelState state, int i)
    {
        var number = state.Jobs[i].Saga;
        if (number == 0)
            return null;
        return _sagas.TryGetValue(number, out var saga) ? saga : _sagas[number] = RealSaga.Read(_values[number]);
    }

    private void Put(ModelState state, object message) => state.Put(_messages.Of(message));

    /// <summary>Values by number, from 1.</summary>
    private sealed class Numbered<T>
        where T : notnull
    {
        private readonly Dictionary<T, int> _numbers = [];
        private readonly List<T> _all = [];

        public T this[int number] => _all[number - 1];

        public int Of(T value)
        {
            if (_numbers.TryGetValue(value, out var number))
                return number;

            _all.Add(value);
            return _numbers[value] = _all.Count;
        }
    }
}
