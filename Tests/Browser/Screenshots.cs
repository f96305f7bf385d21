using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace CloudIa.Tests.Browser;

/// <summary>Makes the pictures in docs/pages. Run by name: they are to be looked at, not compared.</summary>
public sealed class Screenshots(ChatPageFixture fixture, StandInsFixture standIns) : IClassFixture<ChatPageFixture>
{
    [Fact(Explicit = true)]
    public async Task Are_made()
    {
        Chromium.Require();
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root!, "docs", "pages")).FullName;
        foreach (var (theme, width, height) in new[] { (ColorScheme.Light, 1200, 780), (ColorScheme.Dark, 1200, 780), (ColorScheme.Light, 360, 740), (ColorScheme.Dark, 360, 740) })
        {
            var user = standIns.UniqueName("user");
            await using var chat = await fixture.OpenAsync(user, x =>
                (x.ColorScheme, x.ViewportSize, x.ReducedMotion) = (theme, new() { Width = width, Height = height }, ReducedMotion.Reduce));
            await Expect(chat.Composer).ToBeVisibleAsync();
            await ShootAsync("empty");
            fixture.OpenAi.Script(
                new FakeReply { Text = "Two days are enough for Alfama, Belém and a boat." }, new FakeReply { Text = ChatPageTests.Rich, ChunkSize = 40 }, new FakeReply { Status = 400 });
            await chat.SayAsync("Plan a weekend in Lisbon");
            await chat.AnsweredAsync();
            await chat.Page.Keyboard.PressAsync("Control+Shift+O");
            await Expect(chat.Answers).ToHaveCountAsync(0);
            await chat.SayAsync("Show me a binary search in Python");
            await chat.AnsweredAsync();
            await ShootAsync("chat");
            await chat.SayAsync("And now something that is refused");
            await Expect(chat.Answers.Last.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await ShootAsync("error");

            Task ShootAsync(string state) => chat.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{state}-{theme.ToString().ToLowerInvariant()}-{width}.png") });
        }
    }
}
