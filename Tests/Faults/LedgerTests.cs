using CloudIa.Faults.Ledger;
using CloudIa.Faults.Model;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Faults;

/// <summary>Each kind of finding is found in a history that has it, and none in one that has not.</summary>
public sealed class LedgerTests
{
    private readonly History _history = new();

    [Fact]
    public void A_history_in_which_all_went_well_has_no_finding()
    {
        _history.Completed();
        _history.Ended(EndState.Failed);
        var cancelled = _history.Ended(EndState.Cancelled);
        _history.Messages.Add(History.Message(_history.RowOf(cancelled), 2 * _history.RowOf(cancelled).Turn, AnswerText.Whole(cancelled.Token, 3)[..40]) with { IsPartial = true });
        _history.Completed();

        _history.Judge().ShouldBeEmpty();
    }

    [Fact]
    public void A_202_without_a_row_is_lost()
    {
        var job = _history.Completed();
        _history.Forget(job);

        Only(FindingKind.Lost, job, "no row");
    }

    [Fact]
    public void A_job_that_has_not_ended_is_stuck()
    {
        var job = _history.Submit();
        _history.Row(job, null);

        Only(FindingKind.Stuck, job, "open");
    }

    [Fact]
    public void An_ended_attempt_whose_row_is_open_again_is_stuck()
    {
        var job = _history.Ended(EndState.Failed);
        _history.Change(_history.RowOf(job) with { IsOpen = true });

        Only(FindingKind.Stuck, job, "open");
    }

    [Fact]
    public void A_job_that_was_cancelled_and_not_by_its_user_is_lost()
    {
        var job = _history.Ended(EndState.Cancelled);
        job.CancelRequested = false;

        Only(FindingKind.Lost, job, "nobody asked");
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Expired")]
    public void A_job_that_fails_without_a_reason_is_lost(string end)
    {
        _history.MayFail = false;
        var job = _history.Ended(Enum.Parse<EndState>(end));

        Only(FindingKind.Lost, job, "nothing was done");
    }

    [Fact]
    public void Two_jobs_for_one_key_are_doubled()
    {
        var job = _history.Completed();
        var second = _history.Completed();
        job.Accepted.Enqueue(second.JobId!.Value);

        Only(FindingKind.Doubled, job, "2 jobs");
    }

    [Fact]
    public void A_completed_job_without_its_answer_is_lost()
    {
        var job = _history.Completed();
        _history.Messages.Remove(_history.AnswerOf(job));

        Only(FindingKind.Lost, job, "without an answer");
    }

    [Fact]
    public void A_completed_job_with_a_partial_answer_is_lost()
    {
        var job = _history.Completed();
        _history.ChangeAnswer(job, x => x with { IsPartial = true });

        Only(FindingKind.Lost, job, "partial");
    }

    [Fact]
    public void A_completed_job_without_the_users_message_is_lost()
    {
        var job = _history.Completed();
        _history.Messages.RemoveAll(x => !x.IsAssistant);

        Only(FindingKind.Lost, job, "user's message");
    }

    [Fact]
    public void A_second_user_message_is_doubled()
    {
        var job = _history.Completed();
        _history.Messages.Add(_history.Messages.First(x => !x.IsAssistant) with { Sequence = 99 });

        Only(FindingKind.Doubled, job, "2 user messages");
    }

    [Fact]
    public void A_second_answer_is_doubled()
    {
        var job = _history.Completed();
        _history.Messages.Add(_history.AnswerOf(job) with { Sequence = 4 });

        _history.Judge().ShouldContain(x => x.Kind == FindingKind.Doubled && x.JobId == job.JobId && x.Seen.Contains("2 answers"));
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Cancelled")]
    [InlineData("Expired")]
    public void A_job_that_ended_without_an_answer_and_has_a_whole_one_is_doubled(string end)
    {
        var job = _history.Ended(Enum.Parse<EndState>(end));
        _history.Messages.Add(History.Message(_history.RowOf(job), 2 * _history.RowOf(job).Turn, AnswerText.Whole(job.Token, 1)));

        Only(FindingKind.Doubled, job, "whole answer");
    }

    [Fact]
    public void An_answer_of_two_calls_is_spliced()
    {
        var job = _history.Completed();
        var (first, second) = (AnswerText.Whole(job.Token, 1), AnswerText.Whole(job.Token, 2));
        var text = string.Concat(first.AsSpan(0, first.Length / 2), second.AsSpan(second.Length / 2));
        _history.ChangeAnswer(job, x => x with { Content = text });

        _history.Judge().ShouldContain(x => x.Kind == FindingKind.Spliced && x.Seen.Contains("not what one call said"));
    }

    [Fact]
    public void An_answer_without_its_end_is_spliced()
    {
        var job = _history.Completed();
        _history.ChangeAnswer(job, x => x with { Content = x.Content[..^1] });

        _history.Judge().ShouldContain(x => x.Kind == FindingKind.Spliced && x.Seen.Contains("not what one call said"));
    }

    [Fact]
    public void Pieces_that_are_not_the_whole_are_spliced()
    {
        var job = _history.Submit();
        _history.Row(job, EndState.Completed);
        _history.Messages.Add(History.Message(_history.RowOf(job), 2, AnswerText.Whole(job.Token, 1)));
        var events = History.Stream(job);
        events[4] = events[4] with { Content = "something else " };
        _history.Listen(job, events);

        Only(FindingKind.Spliced, job, "joined");
    }

    [Fact]
    public void An_attempt_that_ends_once_more_is_doubled()
    {
        var job = _history.Submit();
        _history.Row(job, EndState.Completed);
        _history.Messages.Add(History.Message(_history.RowOf(job), 2, AnswerText.Whole(job.Token, 1)));
        var events = History.Stream(job);
        events.Add(events[^1] with { Seq = events[^1].Seq + 1 });
        _history.Listen(job, events);

        Only(FindingKind.Doubled, job, "once more");
    }

    [Fact]
    public void A_second_run_without_a_reset_is_spliced()
    {
        var job = _history.Submit();
        _history.Row(job, EndState.Completed);
        _history.Messages.Add(History.Message(_history.RowOf(job), 2, AnswerText.Whole(job.Token, 1)));
        var events = History.Stream(job);
        events.Insert(2, History.Event(job, 3, "message_delta", "of the run before "));
        _history.Listen(job, Renumbered(events));

        Only(FindingKind.Spliced, job, "joined");
    }

    [Fact]
    public void A_second_run_with_a_reset_is_well()
    {
        var job = _history.Submit();
        _history.Row(job, EndState.Completed);
        _history.Messages.Add(History.Message(_history.RowOf(job), 2, AnswerText.Whole(job.Token, 1)));
        var events = History.Stream(job);
        events.InsertRange(2, [History.Event(job, 3, "message_delta", "of the run before "), History.Event(job, 4, "message_reset")]);
        _history.Listen(job, Renumbered(events));

        _history.Judge().ShouldBeEmpty();
    }

    [Fact]
    public void A_gap_on_a_connection_is_lost()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        events.RemoveAt(3);
        _history.Listen(job, events, listener: 2);

        Only(FindingKind.Lost, job, "number 5");
    }

    [Fact]
    public void A_number_that_comes_twice_is_doubled()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        events.Insert(3, events[2]);
        _history.Listen(job, events, listener: 2);

        Only(FindingKind.Doubled, job, "number 3");
    }

    [Fact]
    public void A_connection_that_resumes_goes_on_from_the_number_that_it_said()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        _history.Listen(job, events.Take(4), listener: 2);
        _history.Listen(job, [History.Event(job, 4, SocketLog.Resumed), .. events.Skip(4)], listener: 2);

        _history.Judge().ShouldBeEmpty();
    }

    [Fact]
    public void A_resumption_that_leaves_something_out_is_lost()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        _history.Listen(job, events.Take(4), listener: 2);
        _history.Listen(job, [History.Event(job, 4, SocketLog.Resumed), .. events.Skip(5)], listener: 2);

        Only(FindingKind.Lost, job, "number 6");
    }

    [Fact]
    public void A_resumption_that_the_server_refused_may_go_on_anywhere_but_only_once()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        _history.Listen(job, [History.Event(job, 0, SocketLog.NotResumed), .. events.Skip(4)], listener: 2);
        _history.Judge().ShouldBeEmpty();

        _history.Listen(job, [History.Event(job, 0, SocketLog.NotResumed), events[4], .. events.Skip(6)], listener: 3);
        Only(FindingKind.Lost, job, "number 7");
    }

    [Fact]
    public void Two_different_ends_of_one_attempt_are_doubled()
    {
        var job = _history.Completed();
        var events = History.Stream(job);
        events[^1] = History.Event(job, events.Count, "error");
        _history.Listen(job, events, listener: 2);

        Only(FindingKind.Doubled, job, "ended as");
    }

    [Fact]
    public void An_end_on_the_wire_that_is_not_the_rows_is_doubled()
    {
        var job = _history.Ended(EndState.Failed);
        job.CancelRequested = true;
        _history.Change(_history.RowOf(job) with { Outcome = EndState.Cancelled });

        Only(FindingKind.Doubled, job, "listeners were told");
    }

    [Fact]
    public void An_end_over_HTTP_that_is_not_the_rows_is_doubled()
    {
        var job = _history.Completed();
        job.Told.Enqueue((1, EndState.Failed));

        Only(FindingKind.Doubled, job, "HTTP");
    }

    [Fact]
    public void An_end_that_nobody_was_told_is_lost()
    {
        var job = _history.Completed();
        _history.Book.Sockets.Clear();

        Only(FindingKind.Lost, job, "no listener was told");
    }

    [Fact]
    public void Turns_in_another_order_than_that_of_acceptance_are_spliced()
    {
        var first = _history.Completed();
        var second = _history.Completed();
        _history.Change(_history.RowOf(first) with { Turn = 7 });
        _history.ChangeAnswer(first, x => x with { Sequence = 14 });

        Only(FindingKind.Spliced, second, "accepted after");
    }

    [Fact]
    public void One_turn_for_two_jobs_is_doubled()
    {
        _history.Completed();
        var second = _history.Completed();
        _history.Change(_history.RowOf(second) with { Turn = 1 });
        _history.ChangeAnswer(second, x => x with { Sequence = 2 });

        Only(FindingKind.Doubled, second, "turn 1");
    }

    [Fact]
    public void An_event_of_another_users_job_is_leaked()
    {
        var job = _history.Completed();
        _history.Listen(job, user: History.Other, listener: 9);

        Only(FindingKind.Leaked, job, "listener of bert");
    }

    [Fact]
    public void Another_users_words_on_a_socket_are_leaked()
    {
        var job = _history.Completed();
        _history.Listen(job, History.Stream(job).Select((x, n) => n == 3 ? x with { Foreign = true } : x), listener: 2);

        Only(FindingKind.Leaked, job, "listener of anna");
    }

    [Fact]
    public void Another_users_words_in_the_history_are_leaked()
    {
        var job = _history.Completed();
        _history.ChangeAnswer(job, x => x with { Content = AnswerText.Whole(Canary.Token(History.Other, 1), 1) });

        _history.Judge().ShouldContain(x => x.Kind == FindingKind.Leaked && x.JobId == job.JobId);
    }

    [Fact]
    public void Words_in_a_log_and_in_a_strangers_conversation_are_leaked()
    {
        _history.LoggedText.Add("Processor-1");
        _history.ForeignConversations.Add(Canary.Token(History.User, 1));

        _history.Judge().Select(x => x.Kind).ShouldBe([FindingKind.Leaked, FindingKind.Leaked]);
    }

    private static IEnumerable<SocketEvent> Renumbered(IEnumerable<SocketEvent> events) => events.Select((x, n) => x with { Seq = n + 1 });

    private void Only(FindingKind kind, Submission job, string seen)
    {
        var finding = _history.Judge().ShouldHaveSingleItem();
        finding.Kind.ShouldBe(kind);
        finding.JobId.ShouldBe(job.JobId);
        finding.Seen.ShouldContain(seen);
    }
}
