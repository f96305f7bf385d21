using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CloudIa.Cli.Http;

/// <summary>Calls the operators' API (<c>/ops</c>).</summary>
internal sealed class OpsClient(HttpClient http) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    /// <param name="token">A bearer token; null: none, which a service in Development takes.</param>
    public static OpsClient Open(Uri server, string? token)
    {
        var http = new HttpClient { BaseAddress = server, Timeout = Patience };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(http);
    }

    /// <returns>The answer's text: JSON.</returns>
    /// <exception cref="OpsException">It was refused, or there was no answer.</exception>
    public Task<string> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public Task<string> PostAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? text : throw new OpsException(Explain(response.StatusCode, text));
        }
        catch (HttpRequestException exception)
        {
            throw new OpsException($"{http.BaseAddress} does not answer: {exception.Message} Is --server right, and does the service run?");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpsException($"{http.BaseAddress} did not answer within {Patience.TotalSeconds} s.");
        }
    }

    private static string Explain(HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Unauthorized => "The service does not know who asks (401): give it a token with --token or CLOUDIA_TOKEN.",
        HttpStatusCode.Forbidden => "The token's user may not do this (403): it takes the role of an operator, or of a reader to look.",
        _ => Problem(text) is { } problem ? $"{problem} ({(int)status})" : $"The service answered {(int)status}.",
    };

    /// <summary>RFC 9457's title and detail, and each field's errors.</summary>
    private static string? Problem(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var problem = document.RootElement;
            List<string?> parts = [Text(problem, "title"), Text(problem, "detail")];
            if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object)
                parts.AddRange(errors.EnumerateObject().SelectMany(x => x.Value.EnumerateArray().Select(y => $"{x.Name}: {y.GetString()}")));
            return string.Join(' ', parts.OfType<string>());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
