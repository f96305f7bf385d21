using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace CloudIa.Tests.Browser;

/// <summary>With an authority, whose tokens are needed then.</summary>
public sealed class LoginPageTests(StandInsFixture standIns)
{
    [Fact]
    public async Task One_logs_in_at_the_authority_chats_and_logs_out()
    {
        Chromium.Require();
        await using var authority = await TestAuthority.StartAsync();
        await using var model = await FakeOpenAiServer.StartAsync();
        await using var local = await LocalProcess.StartAsync(standIns, standIns.NewFolder("login page"),
        [
            .. ChatPageFixture.ModelAt(model),
            $"--Login:Authority={authority.Issuer}", $"--Login:Audiences:0={LoginHosts.Audience}", "--Web:ClientId=pages",
        ]);
        var address = await local.ReadyAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        await using var chat = await ChatPage.OpenAsync(browser, address, "not asked for", x => x.ExtraHTTPHeaders = []);
        await Expect(chat.Composer).ToHaveCountAsync(0);
        await chat.BeAccessibleAsync("logged out");

        await chat.Button("Log in").ClickAsync();
        await chat.SayAsync("Who am I?");
        await chat.AnsweredAsync();
        chat.Page.Url.ShouldNotContain("code=");

        await chat.Page.ReloadAsync();
        await chat.AnsweredAsync();
        using (var client = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { Authorization = new("Bearer", authority.Token(TestAuthority.BrowserUser)) } })
            (await client.GetStringAsync("chats", TestContext.Current.CancellationToken)).ShouldContain("Who am I?");

        await chat.Button("Log out").ClickAsync();
        await Expect(chat.Button("Log in")).ToBeVisibleAsync();
        await Expect(chat.Page.GetByText("Who am I?")).ToHaveCountAsync(0);
    }
}
