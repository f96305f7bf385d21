using Microsoft.Playwright;
using Xunit;

namespace CloudIa.Tests.Browser;

/// <summary>The browser that is installed on this machine; none is downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string? Path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    public static bool IsInstalled => Path is not null;

    /// <summary>Skips the test where there is none. Not in CI, which installs one.</summary>
    public static void Require()
    {
        if (Path is null && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail("Chromium is not on PATH. In CI these tests must run: .ci/run installs it.");
        Assert.SkipWhen(Path is null, "Chromium is not on PATH (Debian: apt-get install chromium), so nothing was tried in a browser.");
    }

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Path,
        // In a container there is no sandbox to be had, and no graphics card; all it opens is our own page.
        Args = ["--no-sandbox", "--disable-gpu"],
    });
}
