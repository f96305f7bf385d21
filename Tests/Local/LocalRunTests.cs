using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Local;

public sealed class LocalRunTests(StandInsFixture standIns)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kill_takes_all_children_and_the_next_run_has_the_data()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test looks for processes in /proc.");
        var folder = standIns.NewFolder("local data");
        await using var first = await LocalProcess.StartAsync(standIns, folder);
        using (var client = await ClientAsync(first))
        {
            var job = await AskAsync(client);
            await CompletedAsync(client, job);
        }

        var children = first.Descendants();
        children.Length.ShouldBeGreaterThanOrEqualTo(2);
        first.Kill();
        await first.ExitedAsync();
        await Eventually.Is(() => !children.Any(LocalProcess.IsAlive), "All children are gone.");

        await using var second = await LocalProcess.StartAsync(standIns, folder);
        using var again = await ClientAsync(second);
        var chats = await again.GetFromJsonAsync<JsonElement>("chats", Cancellation);
        var models = await again.GetFromJsonAsync<JsonElement>("v1/models", Cancellation);
        models.GetProperty("data").EnumerateArray().Select(x => x.GetProperty("id").GetString()).ShouldBe(["echo"]);

        chats.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_request_to_stop_ends_it_and_its_children_soon()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test looks for processes in /proc.");
        await using var local = await LocalProcess.StartAsync(standIns, standIns.NewFolder());
        await local.ReadyAsync();
        var children = local.Descendants();

        local.Terminate();
        await local.ExitedAsync();

        local.ExitCode.ShouldBe(0, local.Output);
        await Eventually.Is(() => !children.Any(LocalProcess.IsAlive), "All children are gone.");
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_is_refused_and_told_where_the_first_is()
    {
        var folder = standIns.NewFolder();
        await using var first = await LocalProcess.StartAsync(standIns, folder);
        var address = await first.ReadyAsync();

        await using var second = await LocalProcess.StartAsync(standIns, folder);
        await second.ExitedAsync();

        second.ExitCode.ShouldBe(1);
        second.Output.ShouldContain(folder);
        second.Output.ShouldContain(address.ToString().TrimEnd('/'));
        second.Output.ShouldContain("--Local:DataFolder=");
    }

    [Fact]
    public async Task A_taken_port_gives_the_next_and_says_so()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var local = await LocalProcess.StartAsync(standIns, standIns.NewFolder(), $"--Local:Port={port}");
        var address = await local.ReadyAsync();

        address.Port.ShouldBeGreaterThan(port);
        local.Output.ShouldContain($"Port {port} is taken");
    }

    [Fact]
    public async Task Outside_Development_it_refuses()
    {
        await using var local = await LocalProcess.StartAsync(standIns, standIns.NewFolder(), "--environment=Production");
        await local.ExitedAsync();

        local.ExitCode.ShouldBe(1);
        local.Output.ShouldContain("The environment is 'Production'");
    }

    [Fact]
    public async Task A_page_of_another_host_name_that_points_here_gets_nothing()
    {
        await using var local = await LocalProcess.StartAsync(standIns, standIns.NewFolder());
        using var client = await ClientAsync(local);
        using var request = new HttpRequestMessage(HttpMethod.Get, "chats");
        request.Headers.Host = "evil.example";

        using var response = await client.SendAsync(request, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<HttpClient> ClientAsync(LocalProcess local) =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await local.ReadyAsync() };

    private static async Task<Uri> AskAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("chat", new { message = "hello" }, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        return response.Headers.Location!;
    }

    private static Task CompletedAsync(HttpClient client, Uri job) => Eventually.Is(
        async () => (await client.GetStringAsync(job, Cancellation)).Contains("completed", StringComparison.OrdinalIgnoreCase),
        $"{job} is completed.");
}
