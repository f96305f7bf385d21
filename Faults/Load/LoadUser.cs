using CloudIa.Faults.Configuration;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Model;

namespace CloudIa.Faults.Load;

/// <summary>One user: chats, changes their mind, and is not always patient.</summary>
internal sealed class LoadUser(string user, ChatClient client, LoadShape shape, JobBudget budget, Book book, Dice dice, TimeProvider time)
{
    private const int MostChats = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(400);
    private readonly List<List<Submission>> _chats = [];
    private int _number;

    public string Name => user;

    public async Task RunAsync()
    {
        while (await budget.TakeAsync())
        {
            var (chat, submission) = Next();
            book.Submissions.Enqueue(submission);
            await client.SubmitAsync(submission);
            if (submission.JobId is null)
                continue;

            if (chat.Count == 0)
                _chats.Add(chat);
            chat.Add(submission);
            if (_chats.Count > MostChats)
                _chats.RemoveAt(0);
            await FollowAsync(submission);
        }
    }

    private (List<Submission> Chat, Submission Submission) Next()
    {
        var number = ++_number;
        var fresh = _chats.Count == 0 || dice.Hits(shape.NewChat);
        var chat = fresh ? [] : dice.OneOf(_chats);
        var kind = fresh ? SubmissionKind.Message
            : dice.Hits(shape.Regenerate) ? SubmissionKind.Regenerate
            : dice.Hits(shape.Edit) ? SubmissionKind.Edit
            : SubmissionKind.Message;
        var of = kind == SubmissionKind.Message ? null : dice.OneOf(chat);
        return (chat, new()
        {
            User = user,
            Key = $"{user}-key-{number}",
            Kind = kind,
            Token = kind == SubmissionKind.Regenerate ? of!.Token : Canary.Token(user, number),
            Of = of?.JobId,
            Order = number,
            Continues = !fresh,
            ChatId = fresh ? null : chat[0].ChatId,
        });
    }

    private async Task FollowAsync(Submission submission)
    {
        if (dice.Hits(shape.Repeat))
            await client.RepeatAsync(submission);
        if (dice.Hits(shape.Cancel))
        {
            await Task.Delay(dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)), time);
            await client.CancelAsync(submission);
        }

        if (dice.Hits(shape.Impatient))
            return;

        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < shape.Patience)
        {
            await Task.Delay(Look, time);
            if (await client.EndAsync(submission) is not { } end)
                continue;

            if (end == EndState.Completed || !dice.Hits(shape.Retry))
                return;
            await client.RetryAsync(submission);
        }
    }
}
