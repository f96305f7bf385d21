using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Model;

namespace CloudIa.Faults.Load;

/// <summary>A user's HTTP client, which tries again under the same Idempotency-Key until it knows.</summary>
internal sealed class ChatClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly HttpClient[] _apis;
    private readonly Book _book;
    private readonly Dice _dice;
    private readonly TimeProvider _time;

    public ChatClient(string user, IEnumerable<Uri> apis, Book book, Dice dice, TimeProvider time)
    {
        (_book, _dice, _time) = (book, dice, time);
        _apis = [.. apis.Select(address =>
        {
            var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
            client.DefaultRequestHeaders.Add("X-Dev-User", user);
            return client;
        })];
    }

    /// <summary>Until it is accepted, or refused for good, or patience ends.</summary>
    public async Task SubmitAsync(Submission submission)
    {
        var started = _time.GetTimestamp();
        while (!await TryAsync(submission) && _time.GetElapsedTime(started) < Patience)
            await Task.Delay(Pause, _time);
    }

    /// <summary>Once more, whatever was answered before.</summary>
    public Task RepeatAsync(Submission submission) => TryAsync(submission);

    public async Task CancelAsync(Submission submission)
    {
        submission.CancelRequested = true;
        await SendAsync(HttpMethod.Post, $"/chat/jobs/{submission.JobId}/cancel", null, null);
    }

    public async Task RetryAsync(Submission submission)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/chat/jobs/{submission.JobId}/retry", null, null);
        if (answer is { StatusCode: HttpStatusCode.Accepted })
            submission.Retries++;
    }

    /// <returns>How it ended; null where it has not, or nobody can say now.</returns>
    public async Task<EndState?> EndAsync(Submission submission)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/chat/jobs/{submission.JobId}", null, null);
        if (answer is { StatusCode: HttpStatusCode.NotFound })
            _book.Noted.Enqueue(new(FindingKind.Lost, submission.JobId, "404 for a job that was accepted"));
        if (answer is not { StatusCode: HttpStatusCode.OK } || await ReadAsync(answer) is not { } status)
            return null;

        if (!Enum.TryParse<EndState>(status.GetProperty("status").GetString(), ignoreCase: true, out var end))
            return null;

        submission.Told.Enqueue((status.GetProperty("attempt").GetInt32(), end));
        return end;
    }

    public void Dispose()
    {
        foreach (var api in _apis)
            api.Dispose();
    }

    /// <returns>Whether it is known what became of it.</returns>
    private async Task<bool> TryAsync(Submission submission)
    {
        var (path, body) = Request(submission);
        using var answer = await SendAsync(HttpMethod.Post, path, body, submission.Key);
        if (answer is { StatusCode: HttpStatusCode.Accepted } && await ReadAsync(answer) is { } accepted)
        {
            submission.Accepted.Enqueue(accepted.GetProperty("jobId").GetGuid());
            submission.ChatId = accepted.GetProperty("chatId").GetGuid();
            return true;
        }

        var status = (int?)answer?.StatusCode ?? 0;
        _book.Refusals.AddOrUpdate(status, 1, (_, count) => count + 1);
        if (status is >= 400 and < 500)
        {
            _book.Noted.Enqueue(new(status == 404 ? FindingKind.Lost : FindingKind.Doubled, submission.JobId, $"{status} for {submission.Kind} {submission.Key}, which none of the rules gives"));
            return true;
        }

        return false;
    }

    private static (string Path, object? Body) Request(Submission submission) => submission.Kind switch
    {
        SubmissionKind.Message when submission.Continues => ("/chat", new { message = PromptText.Write(submission.Token), chatId = submission.ChatId }),
        SubmissionKind.Message => ("/chat", new { message = PromptText.Write(submission.Token) }),
        SubmissionKind.Edit => ($"/chat/jobs/{submission.Of}/edit", new { message = PromptText.Write(submission.Token) }),
        _ => ($"/chat/jobs/{submission.Of}/regenerate", null),
    };

    private async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            return await _dice.OneOf(_apis).SendAsync(request);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage answer)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            // The process died in the middle of its answer.
            return null;
        }
    }
}
