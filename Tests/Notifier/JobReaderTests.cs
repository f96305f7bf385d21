using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class JobReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeEventLog _log = new();

    [Fact]
    public async Task Whichever_announcements_are_lost_what_is_sent_has_no_gap_and_nothing_twice()
    {
        for (var lost = 0; lost < 1 << 7; lost++)
        {
            for (var page = 2; page < 5; page++)
            {
                var job = new ChatJob(_log, "ana");
                var reader = Reader(page);
                var cursor = new JobCursor(job.JobId, 0);
                var sent = new List<ClientEvent>();
                var step = 0;
                foreach (var append in job.Steps(5))
                {
                    append();
                    if ((lost & (1 << step++)) == 0)
                    {
                        await AddAsync(sent, reader.AdvanceAsync(cursor, _log.All(job.JobId)[^1], None));
                    }
                }

                // The last one is always announced: else the client knows nothing of it before Redis is back.
                await AddAsync(sent, reader.AdvanceAsync(cursor, _log.All(job.JobId)[^1], None));
                sent.ShouldBe(_log.All(job.JobId));
                cursor.Ended.ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task Announcements_in_order_cost_no_read()
    {
        var job = new ChatJob(_log, "ana");
        job.Answer(pieces: 5);
        var cursor = new JobCursor(job.JobId, 0);

        foreach (var announced in _log.All(job.JobId))
        {
            await foreach (var value in Reader(4).AdvanceAsync(cursor, announced, None))
            {
                value.ShouldBe(announced);
            }
        }

        _log.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task A_log_that_was_lost_and_begun_anew_is_sent_from_its_beginning_after_a_reset()
    {
        var job = new ChatJob(_log, "ana");
        job.Answer(pieces: 5);
        var reader = Reader(4);
        var cursor = new JobCursor(job.JobId, 4);
        _log.Lose(job.JobId);
        job.Start();
        job.Write("anew");

        var sent = await ReadAsync(reader.AdvanceAsync(cursor, _log.All(job.JobId)[0], None));

        sent[0].ShouldBeOfType<MessageReset>().Seq.ShouldBe(0);
        sent.Skip(1).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task A_log_that_was_lost_and_has_grown_past_the_reader_is_not_taken_for_the_old_one()
    {
        var job = new ChatJob(_log, "ana");
        job.Answer(pieces: 2);
        var reader = Reader(4);
        var cursor = new JobCursor(job.JobId, 0);
        cursor.Advance(_log.All(job.JobId)[0]);
        cursor.Advance(_log.All(job.JobId)[1]);
        _log.Lose(job.JobId);
        job.Answer(pieces: 6);

        var sent = await ReadAsync(reader.CatchUpAsync(cursor, None));

        sent[0].ShouldBeOfType<MessageReset>();
        sent.Skip(1).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task A_log_that_is_gone_gives_nothing_and_says_so()
    {
        var cursor = new JobCursor(Guid.Empty, 7);

        (await ReadAsync(Reader(4).CatchUpAsync(cursor, None))).ShouldBeEmpty();

        cursor.LogIsGone.ShouldBeTrue();
        cursor.Seen.ShouldBe(7);
    }

    [Fact]
    public async Task In_the_place_of_each_event_that_cannot_be_read_is_a_reset_and_the_rest_is_sent_as_it_is()
    {
        for (var corrupt = 1; corrupt < 1 << 7; corrupt++)
        {
            for (var page = 2; page < 5; page++)
            {
                var log = new FakeEventLog();
                var job = new ChatJob(log, "ana");
                var places = Enumerable.Range(1, 7).Where(x => (corrupt & (1 << (x - 1))) != 0).ToList();
                log.Corrupt.UnionWith(places.Select(x => (long)x));
                var lines = new LogCapture();
                var reader = new JobReader(log, page, Unreadable(lines));
                var cursor = new JobCursor(job.JobId, 0);
                var sent = new List<ClientEvent>();
                foreach (var append in job.Steps(5))
                {
                    append();
                    await AddAsync(sent, reader.CatchUpAsync(cursor, None));
                }

                // What comes when an attempt's last event is announced: the bytes in the log changed, or could be read by the announcer only.
                job.Attempt = 2;
                job.Fail();
                await AddAsync(sent, reader.AdvanceAsync(cursor, log.All(job.JobId)[^1], None));

                sent.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, 9).Select(x => (long)x), $"corrupt {corrupt}, page {page}");
                sent.Where(x => !places.Contains((int)x.Seq)).ShouldBe(log.All(job.JobId).Where(x => !places.Contains((int)x.Seq)));
                sent.Where(x => places.Contains((int)x.Seq)).ShouldAllBe(x => x is MessageReset && x.JobId == job.JobId && x.ChatId == job.ChatId);
                cursor.Ended.ShouldBeTrue();
                lines.Lines.ShouldHaveSingleItem().ShouldContain($"Event {places[0]} of job {job.JobId}");
            }
        }
    }

    [Fact]
    public async Task A_log_that_became_unreadable_where_the_reader_is_is_sent_anew()
    {
        var job = new ChatJob(_log, "ana");
        job.Answer(pieces: 2);
        var cursor = new JobCursor(job.JobId, 0);
        await ReadAsync(Reader(4).AdvanceAsync(cursor, _log.All(job.JobId)[0], None));
        _log.Corrupt.Add(1);

        var sent = await ReadAsync(Reader(4).CatchUpAsync(cursor, None));

        sent[0].ShouldBeOfType<MessageReset>().Seq.ShouldBe(1);
        sent.Skip(1).ShouldBe(_log.All(job.JobId).Skip(1));
        (await ReadAsync(Reader(4).CatchUpAsync(cursor, None))).ShouldBeEmpty();
    }

    private JobReader Reader(int page) => new(_log, page, Unreadable(new LogCapture()));

    private static UnreadableEvents Unreadable(LogCapture lines) =>
        new(LoggerFactory.Create(logging => logging.AddProvider(lines)).CreateLogger<UnreadableEvents>());

    private static async Task<List<ClientEvent>> ReadAsync(IAsyncEnumerable<ClientEvent> events)
    {
        var read = new List<ClientEvent>();
        await AddAsync(read, events);
        return read;
    }

    private static async Task AddAsync(List<ClientEvent> sent, IAsyncEnumerable<ClientEvent> events)
    {
        await foreach (var value in events)
        {
            sent.Add(value);
        }
    }
}
