using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Microsoft.Playwright;
using Xunit;

namespace CloudIa.Tests.Browser;

/// <summary>Everything, as Local runs it in a process of its own, with our fake OpenAI server as its model, and a browser.</summary>
public sealed class ChatPageFixture(StandInsFixture standIns) : IAsyncLifetime
{
    private LocalProcess? _local;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal FakeOpenAiServer OpenAi { get; private set; } = null!;

    internal Uri Address { get; private set; } = null!;

    /// <summary>The settings that lead Local to a model.</summary>
    internal static string[] ModelAt(FakeOpenAiServer server) =>
    [
        "--Llm:Providers:0:Type=openai", $"--Llm:Providers:0:BaseUrl={server.BaseUrl}", "--Llm:Providers:0:ApiKey=a-key", "--Llm:Providers:0:Model=fake-model",
        "--Llm:Providers:0:RetryDelay=00:00:00.01",
    ];

    public async ValueTask InitializeAsync()
    {
        // Where there is no browser the tests say so; nothing is started for them.
        if (!Chromium.IsInstalled)
            return;

        OpenAi = await FakeOpenAiServer.StartAsync();
        _local = await LocalProcess.StartAsync(standIns, standIns.NewFolder("chat page"), [.. ModelAt(OpenAi), "--Limits:RequestsPerMinute=10000", "--Limits:Connections=100"]);
        Address = await _local.ReadyAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_local is not null)
            await _local.DisposeAsync();
        if (OpenAi is not null)
            await OpenAi.DisposeAsync();
    }

    /// <summary>A browser of a user: nothing in it is shared with another.</summary>
    internal Task<ChatPage> OpenAsync(string user, Action<BrowserNewContextOptions>? change = null, Uri? address = null) =>
        ChatPage.OpenAsync(_browser!, address ?? Address, user, change);
}
