using System.Collections.Concurrent;
using System.Text.Json;
using CloudIa.Tests.JavaScript;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace CloudIa.Tests.Browser;

/// <summary>The chat page as somebody sees it: by the names of things, not by how they are built.</summary>
internal sealed class ChatPage : IAsyncDisposable
{
    /// <summary>Far more than anything needs on a busy machine: it ends a test that would hang.</summary>
    private const int Patience = 60_000;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    private ChatPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;

        // What the policy refuses, and what our own code threw, are told on the console. Requests that fail are told as well, and may be a test's wish.
        page.PageError += (_, fault) => _faults.Enqueue(fault);
        page.Console += (_, line) =>
        {
            if (line.Text.Contains("Content Security Policy", StringComparison.Ordinal) || line.Text.Contains("Trusted", StringComparison.Ordinal))
                _faults.Enqueue(line.Text);
        };
    }

    public IPage Page { get; }

    public ILocator Answers => Page.GetByRole(AriaRole.Article, new() { Name = "Answer", Exact = true });

    public ILocator Questions => Page.GetByRole(AriaRole.Article, new() { Name = "You said", Exact = true });

    public ILocator Composer => Page.Locator("#composer");

    public static async Task<ChatPage> OpenAsync(IBrowser browser, Uri address, string user, Action<BrowserNewContextOptions>? change)
    {
        var options = new BrowserNewContextOptions
        {
            Locale = "en-US",
            ViewportSize = new() { Width = 1200, Height = 800 },
            ExtraHTTPHeaders = [new("X-Dev-User", user)],
            Permissions = ["clipboard-read", "clipboard-write"],
        };
        change?.Invoke(options);
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = new ChatPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address.ToString());
        return page;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Chat(string title) => Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = title });

    public async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>So many answers are there, and the last is stored: it can be answered again.</summary>
    public async Task AnsweredAsync(int count = 1)
    {
        await Expect(Answers).ToHaveCountAsync(count);
        await Expect(Answers.Last.GetByRole(AriaRole.Button, new() { Name = "Answer again" })).ToBeEnabledAsync();
    }

    /// <summary>What axe finds against WCAG 2.2 AA.</summary>
    public async Task BeAccessibleAsync(string state)
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(await NodePackage.JavaScript.FileAsync("axe-core", "axe.min.js")));
        var found = await Page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
              .violations.map(x => `${x.id}: ${x.help}: ${x.nodes.map(n => `${n.target} ${n.failureSummary}`).join('; ')}`)
            """);
        found.EnumerateArray().Select(x => x.GetString()).ShouldBeEmpty(state);
    }

    /// <summary>Nothing is wider than the window.</summary>
    public async Task FitAsync(string state) =>
        (await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, state);

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        _faults.ShouldBeEmpty("what the page's own code or its policy complained of");
    }
}
