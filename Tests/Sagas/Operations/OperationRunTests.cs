using CloudIa.Contracts;
using CloudIa.Sagas.Operations;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.Operations;

public sealed class OperationRunTests(StandInsFixture standIns) : IAsyncLifetime
{
    private OperationRig _rig = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rig = await OperationRig.StartAsync(standIns);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task What_was_done_before_a_kill_is_not_done_again_and_the_rest_is()
    {
        var letters = await _rig.AddLettersAsync(10);
        var operation = await _rig.BeginAsync(OperationKinds.RetryDeadLetters, new());
        await Should.ThrowAsync<OperationCanceledException>(_rig.Run(x => new DyingWork(x, after: 4)).RunAsync(operation, Token));
        (await _rig.ReadAsync(operation)).State.ShouldBe(OperationState.Running);

        await _rig.Run().RunAsync(operation, Token);

        _rig.SentLetters().ShouldBe(letters.Select(x => x.MessageId), ignoreOrder: true);
        foreach (var letter in letters)
            (await _rig.Failures.GetAsync(letter.Id, Token))!.State.ShouldBe(FailureState.Retried);
        var now = await _rig.ReadAsync(operation);
        (now.State, now.Progress.Failed).ShouldBe((OperationState.Done, 0));
        now.EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Two_who_both_think_that_it_is_theirs_send_each_once()
    {
        var letters = await _rig.AddLettersAsync(20);
        var operation = await _rig.BeginAsync(OperationKinds.RetryDeadLetters, new());

        await Task.WhenAll(_rig.Run().RunAsync(operation, Token), _rig.Run().RunAsync(operation, Token));

        _rig.SentLetters().ShouldBe(letters.Select(x => x.MessageId), ignoreOrder: true);
        (await _rig.ReadAsync(operation)).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task A_letter_whose_sender_died_is_sent_and_one_that_is_being_sent_is_waited_for()
    {
        var letters = await _rig.AddLettersAsync(2);
        var now = TimeProvider.System.GetUtcNow();
        (await _rig.Failures.TryClaimAsync(letters[0], "dead", now.AddMinutes(-2), Token)).ShouldBeTrue();
        (await _rig.Failures.TryClaimAsync(letters[1], "alive", now.AddHours(1), Token)).ShouldBeTrue();
        var operation = await _rig.BeginAsync(OperationKinds.RetryDeadLetters, new());

        var run = _rig.Run().RunAsync(operation, Token);
        await Eventually.Is(async () => (await _rig.ReadAsync(operation)).Progress.Done == 1, "the dead one's is sent");
        (await _rig.ReadAsync(operation)).State.ShouldBe(OperationState.Running);
        await _rig.Failures.ReleaseAsync(letters[1], "alive", Token);
        await run;

        _rig.SentLetters().ShouldBe(letters.Select(x => x.MessageId), ignoreOrder: true);
        (await _rig.ReadAsync(operation)).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task Only_what_the_filter_means_and_what_was_there_before_is_touched()
    {
        var (meant, others) = (await _rig.AddLettersAsync(3, "CloudIa.Here"), await _rig.AddLettersAsync(2, "CloudIa.There"));
        var operation = await _rig.BeginAsync(OperationKinds.DiscardDeadLetters, new() { Place = "CloudIa.Here" });
        var late = meant[0] with { MessageId = NewId.NextGuid().ToString("N"), At = operation.CreatedAt.AddTicks(1) };
        await _rig.Failures.AddAsync(late, Token);

        await _rig.Run().RunAsync(operation, Token);

        foreach (var letter in meant)
            (await _rig.Failures.GetAsync(letter.Id, Token))!.State.ShouldBe(FailureState.Discarded);
        foreach (var letter in others.Append(late))
            (await _rig.Failures.GetAsync(letter.Id, Token))!.State.ShouldBe(FailureState.Open);
        var progress = (await _rig.ReadAsync(operation)).Progress;
        (progress.Found, progress.Done, progress.Skipped).ShouldBe((3, 3, 0));
        _rig.SentLetters().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_one_stops_and_one_that_fails_for_some_goes_on()
    {
        await _rig.AddLettersAsync(4);
        var failing = await _rig.BeginAsync(OperationKinds.DiscardDeadLetters, new());
        await _rig.Run(x => new FailingWork(x, every: 2)).RunAsync(failing, Token);

        var ended = await _rig.ReadAsync(failing);
        (ended.State, ended.Progress.Done, ended.Progress.Failed).ShouldBe((OperationState.Done, 2, 2));
        ended.Progress.LastFailures.Select(x => x.Code).ShouldBe(["internal_error", "internal_error"]);

        var cancelled = await _rig.BeginAsync(OperationKinds.DiscardDeadLetters, new());
        await _rig.Operations.EndAsync(cancelled.Id, OperationState.Cancelled, cancelled.CreatedAt, Token);
        await _rig.Run().RunAsync(cancelled, Token);
        (await _rig.ReadAsync(cancelled)).Progress.Found.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_is_cancelled_while_it_runs_leaves_the_rest()
    {
        await _rig.AddLettersAsync(1);
        var letter = (await _rig.Failures.ListAsync(new(), 1, null, Token)).Items[0];
        (await _rig.Failures.TryClaimAsync(letter, "alive", TimeProvider.System.GetUtcNow().AddHours(1), Token)).ShouldBeTrue();
        var operation = await _rig.BeginAsync(OperationKinds.RetryDeadLetters, new());
        var run = _rig.Run().RunAsync(operation, Token);
        await Eventually.Is(async () => (await _rig.ReadAsync(operation)).Progress.Found == 1, "it runs");

        await _rig.Operations.EndAsync(operation.Id, OperationState.Cancelled, operation.CreatedAt, Token);
        await run;

        (await _rig.ReadAsync(operation)).State.ShouldBe(OperationState.Cancelled);
        _rig.SentLetters().ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_jobs_are_cancelled_and_failed_ones_retried_once_each()
    {
        var (open, failed, completed, others) = (await AddJobAsync("ada"), await AddJobAsync("ada", JobOutcome.Failed), await AddJobAsync("ada", JobOutcome.Completed), await AddJobAsync("ben"));
        var cancel = await _rig.BeginAsync(OperationKinds.CancelJobs, new() { User = "ada" });
        var retry = await _rig.BeginAsync(OperationKinds.RetryJobs, new() { Jobs = [open, failed, completed, others], State = "failed", FailureCode = "model_unavailable" });

        await _rig.Run().RunAsync(cancel, Token);
        await _rig.Run(x => new DyingWork(x, after: 1)).RunAsync(retry, Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await _rig.Run().RunAsync(retry, Token);

        _rig.Harness.Sent.Select<CancelChatJob>(Token).Select(x => x.Context.Message.JobId).ShouldBe([open]);
        _rig.Harness.Sent.Select<RetryChatJob>(Token).Select(x => (x.Context.Message.JobId, x.Context.Message.EndedAttempt)).ShouldBe([(failed, 1)]);
        (await _rig.Jobs.GetAsync(failed, Token))!.IsOpen.ShouldBeTrue();
        (await _rig.ReadAsync(cancel)).Progress.Done.ShouldBe(1);
    }

    [Fact]
    public async Task Ended_jobs_of_all_users_are_retried_by_their_failure_and_open_ones_expired()
    {
        var (open, first, second) = (await AddJobAsync("cid"), await AddJobAsync("cid", JobOutcome.Failed), await AddJobAsync("dan", JobOutcome.Failed));
        var other = await AddJobAsync("dan", JobOutcome.Expired);
        await _rig.Erasures.BeginAsync("eve", chatId: null, TimeProvider.System.GetUtcNow(), Token);
        var erased = await AddJobAsync("eve", JobOutcome.Failed);
        var retry = await _rig.BeginAsync(OperationKinds.RetryJobs, new() { State = "failed", FailureCode = "model_unavailable" });
        var expire = await _rig.BeginAsync(OperationKinds.ExpireJobs, new() { Jobs = [open] });

        await _rig.Run().RunAsync(retry, Token);
        await _rig.Run().RunAsync(expire, Token);

        _rig.Harness.Sent.Select<RetryChatJob>(Token).Select(x => x.Context.Message.JobId).ShouldBe([first, second], ignoreOrder: true);
        _rig.Harness.Sent.Select<CancelChatJob>(Token).Select(x => (x.Context.Message.JobId, x.Context.Message.AsExpired)).ShouldBe([(open, true)]);
        (await _rig.Jobs.GetAsync(other, Token))!.IsOpen.ShouldBeFalse();
        (await _rig.Jobs.GetAsync(erased, Token))!.IsOpen.ShouldBeFalse("all of its user is being deleted");
    }

    [Fact]
    public async Task Of_jobs_those_that_are_old_enough_are_meant()
    {
        var (old, young) = (await AddJobAsync("ada", age: TimeSpan.FromHours(3)), await AddJobAsync("ada", age: TimeSpan.FromHours(1)));
        var operation = await _rig.BeginAsync(OperationKinds.CancelJobs, new() { OlderThan = TimeSpan.FromHours(2) });

        await _rig.Run().RunAsync(operation, Token);

        _rig.Harness.Sent.Select<CancelChatJob>(Token).Select(x => x.Context.Message.JobId).ShouldBe([old]);
        young.ShouldNotBe(old);
    }

    private async Task<Guid> AddJobAsync(string user, JobOutcome? outcome = null, TimeSpan? age = null)
    {
        var at = TimeProvider.System.GetUtcNow() - (age ?? TimeSpan.FromMinutes(5));
        var job = new JobRecord { JobId = Guid.CreateVersion7(), UserId = user, ChatId = Guid.CreateVersion7(), Turn = 1, BodyHash = "x", Prompt = "hello", AcceptedAt = at };
        await _rig.Jobs.TryAddAsync(job, Token);
        if (outcome is { } ended)
            await _rig.Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = ended, Attempt = 1, EndedAt = at, FailureCode = ended == JobOutcome.Failed ? "model_unavailable" : null }, Token);
        return job.JobId;
    }

    /// <summary>As one whose process is killed.</summary>
    private sealed class DyingWork(IOperationWork work, int after) : IOperationWork
    {
        private int _done;

        public string Kind => work.Kind;

        public IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter) => work.Problems(filter);

        public async IAsyncEnumerable<string?> FindAsync(OperationRecord operation, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var found in work.FindAsync(operation, cancellationToken))
                yield return _done++ < after ? found : throw new OperationCanceledException();
        }

        public Task<ItemResult> DoAsync(string target, OperationRecord operation, CancellationToken cancellationToken) => work.DoAsync(target, operation, cancellationToken);
    }

    private sealed class FailingWork(IOperationWork work, int every) : IOperationWork
    {
        private int _done;

        public string Kind => work.Kind;

        public IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter) => work.Problems(filter);

        public IAsyncEnumerable<string?> FindAsync(OperationRecord operation, CancellationToken cancellationToken) => work.FindAsync(operation, cancellationToken);

        public Task<ItemResult> DoAsync(string target, OperationRecord operation, CancellationToken cancellationToken) =>
            _done++ % every == 0 ? throw new InvalidDataException() : work.DoAsync(target, operation, cancellationToken);
    }
}
