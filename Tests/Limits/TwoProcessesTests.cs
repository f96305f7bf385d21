using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.WholeSystem;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>Two Api processes over one Redis, with nobody behind the queue.</summary>
public sealed class TwoProcessesTests(StandInsFixture standIns) : IAsyncLifetime
{
    private const int Requests = 60;
    private const int Jobs = 23;
    private const int Burst = 200;

    private readonly List<ServiceProcess> _processes = [];
    private Dictionary<string, string?> _configuration = null!;
    private ServiceProvider _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _configuration = new()
        {
            ["Messaging:ServiceUrl"] = (await standIns.SqsUrl()).ToString(),
            ["Messaging:AccessKey"] = StandInsFixture.Key,
            ["Messaging:SecretKey"] = StandInsFixture.Key,
            ["Store:ServiceUrl"] = (await standIns.DynamoDbUrl()).ToString(),
            ["Store:AccessKey"] = StandInsFixture.Key,
            ["Store:SecretKey"] = StandInsFixture.Key,
            ["Store:TableName"] = standIns.UniqueName("table"),
            ["Redis:ConnectionString"] = await standIns.GarnetConnectionString(),
            ["Limits:RequestsPerMinute"] = $"{Requests}",
            ["Limits:ConcurrentJobs"] = $"{Jobs}",
            ["Limits:TokensPerDay"] = "4000",
            ["Limits:AnswerTokens"] = "10",
        };
        _store = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(_configuration).Build())
            .AddSingleton(TimeProvider.System)
            .AddStore()
            .BuildServiceProvider();
        await _store.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        _processes.AddRange(await Task.WhenAll(StartAsync(), StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(x => x.DisposeAsync().AsTask()));
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Limits_hold_exactly_under_200_requests_at_once()
    {
        var (many, large) = (standIns.UniqueName("user"), standIns.UniqueName("user"));

        // "hi" is 1 token, and 10 for its answer: the day has enough of them. 1,560 bytes are 390: it has them for ten.
        var small = await BurstAsync(many, "hi");
        var big = await BurstAsync(large, new string('x', 1_560));

        Count(small).ShouldBe(new() { ["accepted"] = Jobs, ["too-many-jobs"] = Requests - Jobs, ["too-many-requests"] = Burst - Requests });
        Count(big).ShouldBe(new() { ["accepted"] = 10, ["token-quota-exceeded"] = Requests - 10, ["too-many-requests"] = Burst - Requests });
        (await OpenJobsOfAsync(many)).ShouldBe(Jobs);
        (await OpenJobsOfAsync(large)).ShouldBe(10);
    }

    [Fact]
    public async Task Places_of_requests_that_die_with_their_processes_are_free_again_and_never_too_many()
    {
        var user = standIns.UniqueName("user");
        var begun = new TaskCompletionSource();
        var burst = BurstAsync(user, "hi", begun.TrySetResult);
        await Task.WhenAny(begun.Task, burst);
        await Task.WhenAll(_processes.Select(x => x.KillAsync()));
        Count(await burst).ShouldContainKey("accepted", "the processes died at their work, and not before it");
        (await OpenJobsOfAsync(user)).ShouldBeLessThanOrEqualTo(Jobs);
        _processes.Add(await StartAsync());

        // Half a minute after the kill what holds a place for nobody is found out; and the requests of before have been long ago after one.
        await Eventually.Is(
            async () =>
            {
                await PostAsync(_processes[^1], user, "hi");
                var open = await OpenJobsOfAsync(user);
                open.ShouldBeLessThanOrEqualTo(Jobs);
                return open == Jobs;
            },
            seconds: 180);
        (await PostAsync(_processes[^1], user, "hi")).ShouldBeOneOf("too-many-jobs", "too-many-requests");
    }

    private static Dictionary<string, int> Count(string[] answers) => answers.CountBy(x => x).OrderBy(x => x.Key, StringComparer.Ordinal).ToDictionary();

    /// <param name="accepted">Called with each job that is accepted.</param>
    private async Task<string[]> BurstAsync(string user, string message, Func<bool>? accepted = null)
    {
        var replicas = _processes.ToArray();
        return await Task.WhenAll(Enumerable.Range(0, Burst).Select(async n =>
        {
            var answer = await PostAsync(replicas[n % replicas.Length], user, message);
            if (answer == "accepted")
                accepted?.Invoke();
            return answer;
        }));
    }

    /// <returns>The problem's type; <c>accepted</c>, or <c>broken</c>.</returns>
    private static async Task<string> PostAsync(ServiceProcess api, string user, string message)
    {
        using var client = new HttpClient { BaseAddress = api.Address };
        client.DefaultRequestHeaders.Add("X-Dev-User", user);
        try
        {
            using var response = await client.PostAsJsonAsync("/chat", new { message }, Token);
            if (response.StatusCode == HttpStatusCode.Accepted)
                return "accepted";

            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
            return problem.GetProperty("type").GetString()!.Split(':')[^1];
        }
        catch (HttpRequestException)
        {
            return "broken";
        }
    }

    private async Task<int> OpenJobsOfAsync(string user)
    {
        var jobs = _store.GetRequiredService<IJobStore>();
        var count = 0;
        await foreach (var id in jobs.ListOpenAsync(DateTimeOffset.MaxValue, Token))
            count += (await jobs.GetAsync(id, Token))?.UserId == user ? 1 : 0;
        return count;
    }

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync("Api", _configuration);
}
