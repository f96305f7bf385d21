using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CloudIa.Contracts.Client;
using CloudIa.EventLog.Redis;
using CloudIa.Notifier.WebSockets;
using CloudIa.SagaRepository;
using CloudIa.Sagas.DeadLetters;
using CloudIa.Store;
using CloudIa.Store.Chats;
using CloudIa.Store.Tables;
using CloudIa.Tests.Versions;
using CsCheck;
using MassTransit;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Fuzz;

/// <summary>What reads bytes that anybody may have written: each answers, or says in its own words that it cannot.</summary>
public sealed class ReaderFuzzTests
{
    private static readonly string[] Frames =
    [
        """{"action":"subscribe","jobId":"0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10","lastSeq":12}""",
        """{"action":"ping"}""",
    ];

    private static readonly string[] Events = ["JobAccepted", "JobStarted", "JobDelayed", "MessageDelta", "MessageReset", "MessageCompleted", "JobError", "JobCancelled"];

    [Fact]
    public void A_frame_of_a_client_is_understood_or_answered()
    {
        var (understood, bad) = (0, 0);
        Fuzz.Each(Fuzz.Broken(Frames), 20_000, bytes =>
        {
            if (!Utf8.IsValid(bytes))
                return; // It never comes so far: a WebSocket refuses it.

            switch (ClientFrame.Parse(bytes))
            {
                case BadFrame frame:
                    bad++;
                    frame.Problem.ShouldNotBeEmpty();
                    break;
                case SubscribeFrame frame:
                    understood++;
                    frame.LastSeq.ShouldBeGreaterThanOrEqualTo(0);
                    break;
                default:
                    understood++;
                    break;
            }
        });
        Math.Min(understood, bad).ShouldBeGreaterThan(500, "both have to be tried");
    }

    [Fact]
    public async Task A_value_of_a_saga_is_read_or_corrupt()
    {
        string[] values = [.. SagaVersionsTests.States.Select(x => Golden.Text("today", $"saga.{(string)x.Data}.outbox")), Golden.Text("today", "saga.gone"), Golden.Text("first", "saga.Persisting")];
        var (read, corrupt) = (0, 0);
        await Fuzz.EachAsync(Fuzz.Broken(values), 3_000, async bytes =>
        {
            try
            {
                var stored = await SagaVersionsTests.ReadAsync(bytes);
                read++;
                (stored.Saga is null).ShouldBe(stored.Outbox.Gone);
            }
            catch (CorruptSagaException exception)
            {
                corrupt++;
                exception.ToString().ShouldNotContain("session-1");
            }
        });
        Math.Min(read, corrupt).ShouldBeGreaterThan(100, "both have to be tried");
    }

    /// <summary>The event log turns these two into its own exception.</summary>
    [Fact]
    public void An_entry_of_a_log_is_an_event_or_none()
    {
        var (read, bad) = (0, 0);
        Fuzz.Each(Fuzz.Broken([.. Events.Select(x => Golden.Text("today", $"log.{x}"))]), 10_000, bytes =>
        {
            try
            {
                ClientEventJson.Deserialize(bytes, seq: 3).Seq.ShouldBe(3);
                read++;
            }
            catch (Exception exception) when (exception is JsonException or NotSupportedException)
            {
                bad++;
            }
        });
        Math.Min(read, bad).ShouldBeGreaterThan(500, "both have to be tried");
    }

    /// <summary>What is read can also be written: a listener gets it.</summary>
    [Fact]
    public void An_event_that_is_read_can_be_sent_and_is_the_same_then() =>
        Fuzz.Each(Fuzz.Broken([.. Events.Select(x => Golden.Text("today", $"log.{x}"))]), 5_000, bytes =>
        {
            ClientEvent read;
            try
            {
                read = ClientEventJson.Deserialize(bytes, seq: 3);
            }
            catch (Exception exception) when (exception is JsonException or NotSupportedException)
            {
                return;
            }

            ClientEventJson.Deserialize(ClientEventJson.SerializeToUtf8Bytes(read)).ShouldBe(read);
        });

    [Fact]
    public void A_kept_answer_is_read_or_none()
    {
        var (read, bad) = (0, 0);
        Fuzz.Each(Fuzz.Broken(Golden.Text("today", "answer")), 5_000, bytes =>
        {
            try
            {
                KeptAnswerJson.Deserialize(bytes);
                read++;
            }
            catch (JsonException)
            {
                bad++;
            }
        });
        Math.Min(read, bad).ShouldBeGreaterThan(200, "both have to be tried");
    }

    [Fact]
    public void A_dead_letter_is_recorded_whatever_it_is()
    {
        string[] letters = [Golden.Text("today", "InvokeLlm"), Golden.Text("today", "SubmitChatJob"), """{"message":{"message":{"jobId":"0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10","attempt":2}}}"""];
        var (found, unknown) = (0, 0);
        Fuzz.Each(Fuzz.BrokenText(letters), 10_000, body =>
        {
            var context = Substitute.For<ReceiveContext>();
            context.Body.Returns(new StringMessageBody(body));
            context.TransportHeaders.Get<string>(default!, default).ReturnsForAnyArgs((string?)null);

            var record = DeadLetter.Read(context, "invoke-llm", FailureKinds.Dead, DateTimeOffset.UnixEpoch);

            record.Body.ShouldBe(body);
            record.MessageId.ShouldNotBeNullOrEmpty();
            _ = record.JobId is null ? unknown++ : found++;
        });
        Math.Min(found, unknown).ShouldBeGreaterThan(500, "both have to be tried");
    }

    [Fact]
    public void A_cursor_is_a_place_in_its_own_list_or_invalid()
    {
        var (places, invalid) = (0, 0);
        var plain = Fuzz.BrokenText("MSG#000000000012", "CHAT#0195d3a86b7e7c119d5a2f6a3b8c4d10");
        var cursors = Gen.OneOf(plain.Select(x => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(x))), Fuzz.BrokenText(Base64Url.EncodeToString("MSG#000000000012"u8)));
        Fuzz.Each(cursors, 5_000, cursor =>
        {
            try
            {
                var key = Cursor.To(cursor, "CHAT#mine", Keys.MessagePrefix).ShouldNotBeNull();
                key[Attributes.PartitionKey].S.ShouldBe("CHAT#mine");
                key[Attributes.SortKey].S.ShouldStartWith(Keys.MessagePrefix);
                places++;
            }
            catch (InvalidCursorException)
            {
                invalid++;
            }
        });
        Math.Min(places, invalid).ShouldBeGreaterThan(200, "both have to be tried");
    }

    [Fact]
    public void A_cursor_of_failures_is_a_place_or_invalid()
    {
        const string key = """{"pk":"FAILURE","sk":"FAILURE#a","open":"FAILURE","openSince":"2026-01-02T03:04:05.6780000Z"}""";
        var cursors = Gen.OneOf(Fuzz.Broken(key, "null", "{}").Select(x => Base64Url.EncodeToString(x)), Fuzz.BrokenText(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key))));
        Fuzz.Each(cursors, 5_000, cursor =>
        {
            try
            {
                CloudIa.Store.Failures.IndexCursor.To(cursor).ShouldNotBeNull();
            }
            catch (InvalidCursorException)
            {
                // As promised.
            }
        });
    }
}
