using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Limits.Redis;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>An Api with limits, and nobody behind its queue. The limits' clock is the test's.</summary>
internal sealed class LimitedApi : IAsyncDisposable
{
    private WebApplication _app = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public string User { get; private init; } = "";

    public IServiceProvider Services => _app.Services;

    public IJobStore Jobs => Services.GetRequiredService<IJobStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LimitedApi> StartAsync(StandInsFixture standIns, params (string Limit, object Value)[] limits)
    {
        var api = new LimitedApi { User = standIns.UniqueName("user") };
        api._app = await ApiFixture.StartAsync(
            standIns,
            limits.ToDictionary(x => $"Limits:{x.Limit}", x => (string?)$"{x.Value}"),
            add: services => services.AddSingleton(new LimitClock(() => api.Time.GetUtcNow())));
        await api.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        return api;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await ApiFixture.ClientOf(_app, User).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    public Task<HttpResponseMessage> GetAsync(string path) =>
        ApiFixture.ClientOf(_app, User).GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);

    public Task<HttpResponseMessage> SubmitAsync(string? key = null) => PostAsync("/chat", new { message = "hello" }, key);

    public async Task<Guid> AcceptAsync(string? key = null)
    {
        var response = await SubmitAsync(key);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return await IdAsync(response);
    }

    public static async Task<Guid> IdAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("jobId").GetGuid();

    /// <summary>As Processor records it; nothing is said to the limits.</summary>
    public Task EndAsync(Guid jobId, JobOutcome outcome, TokenUsage? usage = null, int attempt = 1) => Jobs.RecordOutcomeAsync(
        jobId, new() { Outcome = outcome, Attempt = attempt, EndedAt = Time.GetUtcNow(), Usage = usage }, Token);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
