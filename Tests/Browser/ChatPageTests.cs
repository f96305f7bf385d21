using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace CloudIa.Tests.Browser;

public sealed class ChatPageTests : IClassFixture<ChatPageFixture>
{
    /// <summary>All that markdown can do here, and what must not be done.</summary>
    internal const string Rich =
        """
        Here is a **search**, with `code` in a line:

        ```python
        def search(values, wanted):
            low, high = 0, len(values)  # half open, and a comment that is so long that the line does not fit on a small screen
            while low < high:
                middle = (low + high) // 2
                if values[middle] < wanted:
                    low = middle + 1
                else:
                    high = middle
            return low
        ```

        | size | steps |
        | --- | --- |
        | 1,000 | 10 |
        | 1,000,000 | 20 |

        1. Sort once.
        2. Search often.

        > It halves what is left with each step.
        """;

    private const string Unsafe =
        """
        <img src=x onerror="document.title='owned'"> <script>document.title='owned'</script> ![pixel](https://evil.invalid/pixel.png) [click](javascript:alert(1))
        """;

    private readonly ChatPageFixture _fixture;
    private readonly string _user;

    public ChatPageTests(ChatPageFixture fixture, StandInsFixture standIns)
    {
        Chromium.Require();
        _fixture = fixture;
        _user = standIns.UniqueName("user");
        _fixture.OpenAi.Default = new();
    }

    private FakeOpenAiServer OpenAi => _fixture.OpenAi;

    [Fact]
    public async Task An_answer_is_shown_while_it_is_written_and_its_chat_is_listed()
    {
        var goOn = new TaskCompletionSource();
        OpenAi.Script(new FakeReply { Text = "Rayleigh scattering.", HoldAfter = 2, HoldUntil = goOn.Task });
        await using var chat = await OpenAsync();

        await chat.SayAsync("Why is the sky blue?");
        await Expect(chat.Questions).ToContainTextAsync("Why is the sky blue?");
        await Expect(chat.Answers).ToContainTextAsync("Rayleigh s");
        await Expect(chat.Answers).Not.ToContainTextAsync("Rayleigh scattering.");
        await Expect(chat.Button("Stop")).ToBeVisibleAsync();
        var element = await chat.Answers.ElementHandleAsync();
        goOn.SetResult();

        await chat.AnsweredAsync();
        await Expect(chat.Answers).ToContainTextAsync("Rayleigh scattering.");
        (await chat.Page.EvaluateAsync<bool>("x => x.isConnected", element)).ShouldBeTrue("What was written became what is stored, in its place.");
        await Expect(chat.Chat("Why is the sky blue?")).ToHaveAttributeAsync("aria-current", "page");
        await Expect(chat.Page).ToHaveTitleAsync("Why is the sky blue? · CloudIa");
    }

    [Fact]
    public async Task Markdown_is_drawn_code_is_coloured_and_copied()
    {
        OpenAi.Script(new FakeReply { Text = Rich, ChunkSize = 40 });
        await using var chat = await OpenAsync();

        await chat.SayAsync("Show me a search");
        await chat.AnsweredAsync();

        await Expect(chat.Answers.Locator("strong")).ToHaveTextAsync("search");
        await Expect(chat.Answers.Locator("pre .hljs-keyword").First).ToHaveTextAsync("def");
        await Expect(chat.Answers.Locator("td").First).ToHaveTextAsync("1,000");
        await chat.Answers.Locator(".code-copy").ClickAsync();
        await Expect(chat.Answers.Locator(".code-copy")).ToHaveTextAsync("Copied");
        (await chat.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldStartWith("def search(values, wanted):\n    low, high");
    }

    [Fact]
    public async Task What_a_model_writes_is_never_run_and_fetches_nothing()
    {
        OpenAi.Script(new FakeReply { Text = Unsafe });
        await using var chat = await OpenAsync();
        List<string> elsewhere = [];
        chat.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_fixture.Address.ToString(), StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };

        await chat.SayAsync("Attack");
        await chat.AnsweredAsync();

        await Expect(chat.Answers).ToContainTextAsync("<script>");
        await Expect(chat.Answers.Locator("img, script")).ToHaveCountAsync(0);
        await Expect(chat.Answers.Locator("a")).ToHaveCountAsync(1);
        await Expect(chat.Answers.Locator("a")).ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
        await Expect(chat.Page).ToHaveTitleAsync("Attack · CloudIa");
        elsewhere.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_answer_stays_as_far_as_it_came_and_can_be_answered_again()
    {
        OpenAi.Script(new FakeReply { Text = "One two three four.", StallAfter = 2 }, new FakeReply { Text = "All of it." });
        await using var chat = await OpenAsync();

        await chat.SayAsync("Count");
        await Expect(chat.Answers).ToContainTextAsync("One two");
        await chat.Page.Keyboard.PressAsync("Escape");

        await Expect(chat.Answers).ToContainTextAsync("Stopped.");
        await chat.AnsweredAsync();
        await chat.Answers.GetByRole(AriaRole.Button, new() { Name = "Answer again" }).ClickAsync();
        await Expect(chat.Answers).ToContainTextAsync("All of it.");
        await chat.AnsweredAsync();
        await chat.Answers.GetByRole(AriaRole.Button, new() { Name = "Previous version" }).ClickAsync();
        await Expect(chat.Answers).ToContainTextAsync("One two");
        await Expect(chat.Composer).ToBeEditableAsync();
        await Expect(chat.Page.GetByText("You are looking at an earlier version.")).ToBeVisibleAsync();
        await chat.Button("Go to the latest version").ClickAsync();
        await Expect(chat.Answers).ToContainTextAsync("All of it.");
    }

    [Fact]
    public async Task A_page_that_is_loaded_again_in_mid_answer_has_all_of_it()
    {
        var goOn = new TaskCompletionSource();
        var question = $"Reload, {_user}";
        OpenAi.Script(new FakeReply { Text = "First half, second half.", HoldAfter = 2, HoldUntil = goOn.Task });
        await using var chat = await OpenAsync();
        await chat.SayAsync(question);
        await Expect(chat.Answers).ToContainTextAsync("First half");

        await chat.Page.ReloadAsync();
        await Expect(chat.Answers).ToContainTextAsync("First half");
        await Expect(chat.Questions).ToContainTextAsync(question);
        goOn.SetResult();

        await chat.AnsweredAsync();
        await Expect(chat.Answers).ToContainTextAsync("First half, second half.");
        await Expect(chat.Questions).ToHaveCountAsync(1);
        OpenAi.Requests.Count(x => x.Messages[^1].Content == question).ShouldBe(1);
    }

    [Fact]
    public async Task Two_browsers_of_a_user_see_the_same()
    {
        var goOn = new TaskCompletionSource();
        await using var one = await OpenAsync();
        await one.SayAsync("First");
        await one.AnsweredAsync();
        await using var two = await OpenAsync();
        await two.Chat("First").ClickAsync();
        await two.AnsweredAsync();

        OpenAi.Script(new FakeReply { Text = "Seen by both of them.", HoldAfter = 2, HoldUntil = goOn.Task });
        await one.SayAsync("Second");
        await Expect(two.Questions.Last).ToContainTextAsync("Second");
        await Expect(two.Answers.Last).ToContainTextAsync("Seen by bo");
        goOn.SetResult();

        await two.AnsweredAsync(2);
        await one.AnsweredAsync(2);
        await Expect(two.Answers.Last).ToContainTextAsync("Seen by both of them.");
        await Expect(two.Questions).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task An_edited_message_begins_a_version_and_the_others_stay()
    {
        OpenAi.Script(new FakeReply { Text = "Four." }, new FakeReply { Text = "Six." }, new FakeReply { Text = "It is six." });
        await using var chat = await OpenAsync();
        await chat.SayAsync("Two and two?");
        await chat.AnsweredAsync();

        await chat.Questions.HoverAsync();
        await chat.Questions.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await chat.Questions.GetByRole(AriaRole.Textbox).FillAsync("Three and three?");
        await chat.Questions.GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Expect(chat.Answers).ToContainTextAsync("Six.");
        await chat.AnsweredAsync();
        await Expect(chat.Questions).ToContainTextAsync("2/2");

        await chat.Answers.GetByRole(AriaRole.Button, new() { Name = "Answer again" }).ClickAsync();
        await Expect(chat.Answers).ToContainTextAsync("It is six.");
        await Expect(chat.Answers).ToContainTextAsync("2/2");
        await chat.AnsweredAsync();

        await chat.Questions.GetByRole(AriaRole.Button, new() { Name = "Previous version" }).ClickAsync();
        await Expect(chat.Questions).ToContainTextAsync("Two and two?");
        await Expect(chat.Answers).ToContainTextAsync("Four.");
    }

    [Fact]
    public async Task A_failure_is_said_in_plain_words_also_after_the_page_was_loaded_again()
    {
        OpenAi.Script(new FakeReply { Status = 400, ErrorMessage = "internal words of the provider" });
        await using var chat = await OpenAsync();

        await chat.SayAsync("Fail");
        await Expect(chat.Answers.GetByRole(AriaRole.Alert)).ToContainTextAsync("provider refused this message");
        await Expect(chat.Answers).Not.ToContainTextAsync("internal words");
        await Expect(chat.Button("Try again")).ToHaveCountAsync(0);
        await chat.Page.ReloadAsync();

        await Expect(chat.Answers.GetByRole(AriaRole.Alert)).ToContainTextAsync("provider refused this message");
        await chat.SayAsync("Something else");
        await chat.AnsweredAsync(2);
    }

    [Fact]
    public async Task What_could_not_be_sent_is_kept_and_sent_again_when_asked()
    {
        await using var chat = await OpenAsync();
        await chat.Page.RouteAsync("**/chat", route => route.AbortAsync());

        await chat.SayAsync("Do not lose me");
        await Expect(chat.Answers.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await Expect(chat.Questions).ToContainTextAsync("Do not lose me");
        await chat.Page.UnrouteAllAsync();
        await chat.Button("Try again").ClickAsync();

        await chat.AnsweredAsync();
        await Expect(chat.Questions).ToHaveCountAsync(1);
        await Expect(chat.Chat("Do not lose me")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Chats_are_searched_renamed_and_deleted()
    {
        await using var chat = await OpenAsync();
        await chat.SayAsync("Apples");
        await chat.AnsweredAsync();
        await chat.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(chat.Answers).ToHaveCountAsync(0);
        await chat.SayAsync("Maçãs verdes");
        await chat.AnsweredAsync();

        await chat.Page.Keyboard.PressAsync("Control+k");
        await chat.Page.Keyboard.TypeAsync("maca");
        await Expect(chat.Chat("Apples")).ToHaveCountAsync(0);
        await Expect(chat.Chat("Maçãs verdes")).ToBeVisibleAsync();
        await chat.Page.GetByRole(AriaRole.Searchbox).FillAsync("");

        await chat.Chat("Apples").HoverAsync();
        await chat.Button("Rename “Apples”").ClickAsync();
        await chat.Page.GetByRole(AriaRole.Textbox, new() { Name = "New title" }).FillAsync("Pears");
        await chat.Page.Keyboard.PressAsync("Enter");
        await Expect(chat.Chat("Pears")).ToBeVisibleAsync();

        await chat.Chat("Maçãs verdes").HoverAsync();
        await chat.Button("Delete “Maçãs verdes”").ClickAsync();
        await chat.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(chat.Chat("Maçãs verdes")).ToHaveCountAsync(0);
        await Expect(chat.Page.GetByRole(AriaRole.Heading, new() { Name = "What is on your mind?" })).ToBeVisibleAsync();
        await chat.Page.ReloadAsync();
        await Expect(chat.Chat("Pears")).ToBeVisibleAsync();
        await Expect(chat.Chat("Maçãs verdes")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_browser_in_Portuguese_gets_Portuguese()
    {
        await using var chat = await OpenAsync(x => x.Locale = "pt-BR");

        await Expect(chat.Page.GetByRole(AriaRole.Heading, new() { Name = "O que você tem em mente?" })).ToBeVisibleAsync();
        await Expect(chat.Page.Locator("html")).ToHaveAttributeAsync("lang", "pt-BR");
        OpenAi.Script(new FakeReply { Status = 400 });
        await chat.SayAsync("Falhe");
        await Expect(chat.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("recusou esta mensagem");
        await chat.BeAccessibleAsync("pt-BR");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task It_is_accessible_and_fits_in_both_themes_and_on_a_small_screen(ColorScheme theme, int width)
    {
        await using var chat = await OpenAsync(x => (x.ColorScheme, x.ViewportSize, x.ReducedMotion) = (theme, new() { Width = width, Height = 740 }, ReducedMotion.Reduce));
        await Expect(chat.Composer).ToBeVisibleAsync();
        await CheckAsync("empty");

        OpenAi.Script(new FakeReply { Text = Rich, ChunkSize = 40 }, new FakeReply { Text = "Writing.", StallAfter = 1 }, new FakeReply { Status = 400 });
        await chat.SayAsync("Show me a search");
        await chat.AnsweredAsync();
        await CheckAsync("answered");
        await chat.SayAsync("More");
        await Expect(chat.Answers.Last).ToContainTextAsync("Writi");
        await CheckAsync("writing");
        await chat.Button("Stop").ClickAsync();
        await chat.AnsweredAsync(2);
        await chat.SayAsync("Fail");
        await Expect(chat.Answers.Last.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAsync("failed");

        if (width < 800)
        {
            await chat.Button("Open the list of chats").ClickAsync();
            await Expect(chat.Chat("Show me a search")).ToBeVisibleAsync();
            await CheckAsync("list");
        }

        await chat.Chat("Show me a search").HoverAsync();
        await chat.Button("Delete “Show me a search”").ClickAsync();
        await CheckAsync("dialog");

        async Task CheckAsync(string state)
        {
            await chat.BeAccessibleAsync($"{state}, {theme}, {width}");
            await chat.FitAsync(state);
        }
    }

    private Task<ChatPage> OpenAsync(Action<BrowserNewContextOptions>? change = null) => _fixture.OpenAsync(_user, change);
}
