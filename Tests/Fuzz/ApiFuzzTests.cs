using System.Net;
using System.Text.Json;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CsCheck;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Fuzz;

/// <summary>Whatever a client sends: 2xx, or a problem that says what is wrong with it.</summary>
public sealed class ApiFuzzTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private static readonly string[] Bodies =
    [
        """{"message":"Why is the sky blue?"}""",
        """{"message":"hello","sessionId":"session-1","model":"echo-1","onBusy":"queue"}""",
        """{"message":"hello","chatId":"0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10"}""",
        """{"message":"a\u0041\ud83e\udd9c\u0000","model":null,"chatId":null}""",
    ];

    private static readonly string[] Types = ["application/json", "application/json; charset=utf-16", "text/plain", "application/problem+json", "application/json;;", "x", ""];

    private static readonly Gen<string> HeaderText = Gen.Char[' ', '~'].Array[0, 300].Select(x => new string(x));

    private readonly HttpClient _client = api.Client(standIns.UniqueName("user"));

    [Fact]
    public async Task A_body_is_accepted_or_refused_with_a_reason()
    {
        var (accepted, refused) = (0, 0);
        await Fuzz.EachAsync(Fuzz.Broken(Bodies), 300, async body =>
        {
            var status = await SendAsync(HttpMethod.Post, "/chat", body, "application/json", key: null);
            _ = (int)status < 300 ? accepted++ : refused++;
        });
        Math.Min(accepted, refused).ShouldBeGreaterThan(20, "both have to be tried");
    }

    [Fact]
    public Task Headers_are_taken_or_refused_with_a_reason() => Fuzz.EachAsync(
        Gen.Select(Fuzz.Broken(Bodies), Fuzz.OneOf(Types), HeaderText, Gen.Bool), 200,
        sample => SendAsync(HttpMethod.Post, "/chat", sample.Item1, sample.Item2, sample.Item4 ? sample.Item3 : null));

    [Fact]
    public Task Ids_limits_and_cursors_are_taken_or_refused_with_a_reason() => Fuzz.EachAsync(
        Fuzz.BrokenText(
            "/chats?limit=10&cursor=TVNHIzAwMDAwMDAwMDAxMg", "/chats/0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10/messages?limit=5&cursor=TVNHIzAwMDAwMDAwMDAxMg",
            "/chat/jobs/0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10", "/chats?cursor=Q0hBVCMwMTk1ZDNhODZiN2U3YzExOWQ1YTJmNmEzYjhjNGQxMA"),
        300,
        path => SendAsync(HttpMethod.Get, Escaped(path), body: null, type: null, key: null));

    [Fact]
    public Task A_cancel_or_a_retry_of_anything_is_taken_or_refused_with_a_reason() => Fuzz.EachAsync(
        Gen.Select(Fuzz.Broken(Bodies), Fuzz.OneOf("cancel", "retry", "edit", "regenerate")), 60,
        sample => SendAsync(HttpMethod.Post, $"/chat/jobs/0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10/{sample.Item2}", sample.Item1, "application/json", key: null));

    private static string Escaped(string path) => "/" + Uri.EscapeDataString(path.TrimStart('/'))
        .Replace("%2F", "/", StringComparison.Ordinal).Replace("%3F", "?", StringComparison.Ordinal)
        .Replace("%3D", "=", StringComparison.Ordinal).Replace("%26", "&", StringComparison.Ordinal);

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, byte[]? body, string? type, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (!string.IsNullOrEmpty(type))
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(Hang);

        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        status.ShouldBeInRange(200, 499, text);
        if (status < 300)
            return response.StatusCode;

        status.ShouldBeGreaterThanOrEqualTo(400, text);
        if (status == 400 && text.Length == 0 && path.Split('?')[0].Contains("%00", StringComparison.Ordinal))
            return response.StatusCode; // Kestrel's own answer: no such path reaches the service.

        response.Content.Headers.ContentType.ShouldNotBeNull($"{status} without a body").MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(text);
        problem.RootElement.GetProperty("type").GetString().ShouldNotBeNullOrEmpty();
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe(status);
        (problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString()?.Length > 0).ShouldBeTrue(text);
        return response.StatusCode;
    }
}
