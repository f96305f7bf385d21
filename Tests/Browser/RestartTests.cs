using System.Globalization;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace CloudIa.Tests.Browser;

/// <summary>With a Local of its own, since it is killed.</summary>
public sealed class RestartTests(StandInsFixture standIns)
{
    [Fact]
    public async Task A_service_that_is_killed_in_mid_answer_and_started_again_answers_and_the_page_shows_it_by_itself()
    {
        Chromium.Require();
        await using var model = await FakeOpenAiServer.StartAsync();
        model.Script(new FakeReply { Text = "Half of it, and no more", StallAfter = 2 });
        model.Default = new FakeReply { Text = "The whole answer." };
        var folder = standIns.NewFolder("restart");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        await using var first = await StartAsync(model, folder, port: 0);
        var address = await first.ReadyAsync();
        await using var chat = await ChatPage.OpenAsync(browser, address, "ana", change: null);
        await chat.SayAsync("Survive");
        await Expect(chat.Answers).ToContainTextAsync("Half of it");

        first.Kill();
        await first.ExitedAsync();
        await Expect(chat.Page.GetByText("The connection is lost.")).ToBeVisibleAsync();
        await Expect(chat.Answers).ToContainTextAsync("Half of it");
        await using var second = await StartAsync(model, folder, address.Port);
        (await second.ReadyAsync()).ShouldBe(address);

        await Expect(chat.Answers).ToContainTextAsync("The whole answer.");
        await chat.AnsweredAsync();
        await Expect(chat.Answers).Not.ToContainTextAsync("Half of it");
        await Expect(chat.Questions).ToHaveCountAsync(1);
        await Expect(chat.Page.GetByText("The connection is lost.")).ToHaveCountAsync(0);
    }

    /// <param name="port">0: any that is free, tried from one that is nobody's habit.</param>
    private Task<LocalProcess> StartAsync(FakeOpenAiServer model, string folder, int port) => LocalProcess.StartAsync(standIns, folder,
    [
        .. ChatPageFixture.ModelAt(model),
        string.Create(CultureInfo.InvariantCulture, $"--Local:Port={(port == 0 ? 21080 : port)}"),
        // What the killed one had in its hands comes back sooner.
        "--Messaging:VisibilityTimeoutSeconds=5", "--Processor:RunLease=00:00:05",
    ]);
}
