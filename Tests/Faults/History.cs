using CloudIa.Faults.Ledger;
using CloudIa.Faults.Model;

namespace CloudIa.Tests.Faults;

/// <summary>A history made by hand: one user, one chat, jobs that went well, until a test spoils it.</summary>
internal sealed class History
{
    public const string User = "anna";
    public const string Other = "bert";
    private readonly Dictionary<Guid, JobRow> _rows = [];
    private int _number;

    public Book Book { get; } = new();

    public Guid ChatId { get; } = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    public List<MessageRow> Messages { get; } = [];

    /// <summary>Something was done that may fail a job.</summary>
    public bool MayFail { get; set; } = true;

    public List<string> LoggedText { get; } = [];

    public List<string> ForeignConversations { get; } = [];

    /// <summary>A job that was accepted, answered by the model's first call, stored, and told to one listener.</summary>
    public Submission Completed()
    {
        var submission = Submit();
        var row = Row(submission, EndState.Completed);
        Messages.Add(Message(row, 2 * row.Turn, AnswerText.Whole(submission.Token, 1)));
        Listen(submission);
        return submission;
    }

    /// <summary>A job that ended without an answer, and of which listeners were told so.</summary>
    public Submission Ended(EndState end)
    {
        var submission = Submit();
        submission.CancelRequested = end == EndState.Cancelled;
        Row(submission, end);
        Listen(submission, [Event(submission, 1, "job_accepted"), Event(submission, 2, end == EndState.Cancelled ? "job_cancelled" : "error")]);
        return submission;
    }

    public Submission Submit()
    {
        var number = ++_number;
        var submission = new Submission
        {
            User = User,
            Key = $"key-{number}",
            Kind = SubmissionKind.Message,
            Token = Canary.Token(User, number),
            Order = number,
            ChatId = ChatId,
        };
        submission.Accepted.Enqueue(JobId(number));
        Book.Submissions.Enqueue(submission);
        return submission;
    }

    public JobRow Row(Submission submission, EndState? end)
    {
        var row = new JobRow
        {
            JobId = submission.JobId!.Value,
            ChatId = ChatId,
            User = User,
            Turn = submission.Order,
            IsOpen = end is null,
            Outcome = end,
            OutcomeAttempt = 1,
        };
        Change(row);
        Messages.Add(Message(row, (2 * row.Turn) - 1, PromptText.Write(submission.Token)) with { IsAssistant = false });
        return row;
    }

    public JobRow RowOf(Submission submission) => _rows[submission.JobId!.Value];

    public void Change(JobRow row) => _rows[row.JobId] = row;

    public void Forget(Submission submission) => _rows.Remove(submission.JobId!.Value);

    public MessageRow AnswerOf(Submission submission) => Messages.Single(x => x.JobId == submission.JobId && x.IsAssistant);

    public void ChangeAnswer(Submission submission, Func<MessageRow, MessageRow> change)
    {
        var answer = AnswerOf(submission);
        Messages[Messages.IndexOf(answer)] = change(answer);
    }

    public static MessageRow Message(JobRow row, long sequence, string content) =>
        new() { ChatId = row.ChatId, Sequence = sequence, JobId = row.JobId, IsAssistant = true, Content = content, IsPartial = false };

    /// <summary>What a listener gets of a job that goes well; a connection of its own.</summary>
    public SocketLog Listen(Submission submission, IEnumerable<SocketEvent>? events = null, string user = User, int listener = 1)
    {
        var log = new SocketLog(user, listener);
        foreach (var value in events ?? Stream(submission))
            log.Events.Enqueue(value);
        Book.Sockets.Enqueue(log);
        return log;
    }

    public static List<SocketEvent> Stream(Submission submission)
    {
        var words = AnswerText.Words(submission.Token, 1);
        List<SocketEvent> events = [Event(submission, 1, "job_accepted"), Event(submission, 2, "job_started")];
        events.AddRange(words.Select((word, n) => Event(submission, 3 + n, "message_delta", word)));
        events.Add(Event(submission, 3 + words.Length, "message_completed", string.Concat(words)));
        return events;
    }

    public static SocketEvent Event(Submission submission, long seq, string name, string? content = null, int attempt = 1) =>
        new() { Event = name, JobId = submission.JobId!.Value, Seq = seq, Attempt = attempt, Content = content };

    public static Guid JobId(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    public IReadOnlyList<Finding> Judge() => CloudIa.Faults.Ledger.Judge.Find(new()
    {
        Book = Book,
        Rows = _rows,
        Messages = Messages,
        MayFail = MayFail,
        LoggedText = LoggedText,
        ForeignConversations = ForeignConversations,
    });
}
