using System.Globalization;
using System.Text;
using CloudIa.Processor.Invoking;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Invoking;

public sealed class DeltaBufferTests
{
    /// <summary>Plain, accents apart from their letters, keycap, family, flags, skin tone, Devanagari, Hangul, line breaks.</summary>
    private const string Manifold =
        "Hello, e\u0301a\u0308! 1\uFE0F\u20E3 👩‍👩‍👧‍👦 🇧🇷🇵🇹 👍🏽 नमस्ते 한국어 한국어\r\n日本語 👩‍🚀.";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void What_is_sure_never_splits_a_character_however_the_text_comes(int chunk)
    {
        var (buffer, pieces) = (new DeltaBuffer(), new List<string>());
        foreach (var text in Manifold.Chunk(chunk))
        {
            buffer.Add(new string(text));
            pieces.Add(buffer.TakeSure());
        }

        pieces.Add(buffer.TakeRest());

        string.Concat(pieces).ShouldBe(Manifold);
        var boundaries = StringInfo.ParseCombiningCharacters(Manifold).Append(Manifold.Length).ToHashSet();
        var at = 0;
        foreach (var piece in pieces)
        {
            boundaries.ShouldContain(at += piece.Length);
        }
    }

    [Fact]
    public void The_last_character_is_given_when_it_has_settled()
    {
        var buffer = new DeltaBuffer();
        buffer.Add("Hello");

        buffer.TakeSure().ShouldBe("Hell");
        buffer.TakeSettled().ShouldBe("o");
        buffer.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_character_that_is_known_to_go_on_does_not_settle()
    {
        foreach (var text in (string[])["a\uD83D", "a👩\u200D"])
        {
            var buffer = new DeltaBuffer();
            buffer.Add(text);

            buffer.TakeSettled().ShouldBe("a");
            buffer.TakeSettled().ShouldBeEmpty();
            buffer.IsEmpty.ShouldBeFalse();
        }
    }

    [Fact]
    public void Half_a_pair_without_its_other_half_is_replaced()
    {
        var buffer = new DeltaBuffer();
        buffer.Add("a\uDE00b\uD83D");

        (buffer.TakeSure() + buffer.TakeRest()).ShouldBe("a\uFFFDb\uFFFD");
    }

    [Fact]
    public void A_character_without_end_is_cut_between_pairs()
    {
        var buffer = new DeltaBuffer();
        var pieces = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            buffer.Add(i == 0 ? "e" : i % 2 == 1 ? "\uD834" : "\uDD65");
            var piece = buffer.TakeSure();
            pieces.Append(piece);
            (piece.Length > 0 && char.IsHighSurrogate(piece[^1])).ShouldBeFalse();
        }

        pieces.Length.ShouldBeGreaterThan(900);
        pieces.ToString().ShouldNotContain('\uFFFD');
    }
}
