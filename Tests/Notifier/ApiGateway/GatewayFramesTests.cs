using System.Globalization;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.ApiGateway;
using CsCheck;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

public sealed class GatewayFramesTests
{
    private const int Limit = 600;

    private static readonly MessageDelta Delta = new() { JobId = new(1, 2, 3, new byte[8]), ChatId = new(4, 5, 6, new byte[8]), Seq = 123_456_789, Attempt = 2, Timestamp = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Content = "" };

    [Fact]
    public void An_event_that_fits_is_one_frame_as_on_every_wire()
    {
        var value = Delta with { Content = "Olá" };

        GatewayFrames.Of(value).ShouldHaveSingleItem().ShouldBe(ClientEventJson.SerializeToUtf8Bytes(value));
    }

    [Fact]
    public void Whatever_the_text_its_parts_fit_and_joined_are_the_text_and_whole_clusters()
    {
        string[] awkward = ["a", "\"", "\\", "\n", "é", "世", "😀", "👩‍🚀", "🇵🇹", "e\u0301", "\u2028", "<", "\u0001"];
        var piece = Gen.OneOf(Gen.Int[0, awkward.Length - 1].Select(x => awkward[x]), Gen.String[Gen.Char['\u0000', '\u00ff'], 0, 40]);
        piece.Array[0, 400].Sample(pieces =>
        {
            var text = string.Concat(pieces);
            var frames = GatewayFrames.Of(Delta with { Content = text }, Limit);

            frames.Max(x => x.Length).ShouldBeLessThanOrEqualTo(Limit);
            var contents = frames.Select(x => ((MessageDelta)ClientEventJson.Deserialize(x)).Content).ToList();
            string.Concat(contents).ShouldBe(text);
            Elements(contents.Sum(Count)).ShouldBe(Elements(Count(text)));
        }, iter: 300);
    }

    [Fact]
    public void A_cluster_that_is_longer_than_a_frame_is_cut_between_code_points()
    {
        var text = "e" + string.Concat(Enumerable.Repeat("\u0301", 1_000)) + string.Concat(Enumerable.Repeat("😀\u200d", 500));
        var frames = GatewayFrames.Of(Delta with { Content = text }, Limit);

        frames.Max(x => x.Length).ShouldBeLessThanOrEqualTo(Limit);
        var contents = frames.Select(x => ((MessageDelta)ClientEventJson.Deserialize(x)).Content).ToList();
        string.Concat(contents).ShouldBe(text);
        contents.Count(x => char.IsLowSurrogate(x[0]) || char.IsHighSurrogate(x[^1])).ShouldBe(0);
    }

    [Fact]
    public void An_event_that_cannot_be_cut_is_a_fault_that_names_it_and_not_its_content()
    {
        var value = new JobError { JobId = Delta.JobId, ChatId = Delta.ChatId, Seq = 7, Attempt = 1, Timestamp = Delta.Timestamp, Message = new string('x', Limit), Details = "d", Retryable = true };

        Should.Throw<InvalidOperationException>(() => GatewayFrames.Of(value, Limit)).Message.ShouldContain("event 7 of job");
    }

    private static int Count(string text) => new StringInfo(text).LengthInTextElements;

    private static string Elements(int count) => $"{count} clusters";
}
