using System.Text;

namespace CloudIa.Bench.Counting;

/// <summary>Counts requests by action, without reading more of them than it must: it must not cost what it measures.</summary>
internal sealed class CountingHandler(Tally tally) : DelegatingHandler
{
    private const string Target = "X-Amz-Target";
    private const string FirstField = "Action=";

    /// <summary><c>{}</c> or <c>{"Messages":[]}</c>; a message has hundreds of bytes.</summary>
    private const int LongestEmptyAnswer = 40;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var action = SqsAction(request) ?? await SnsActionAsync(request, cancellationToken);
        if (action != Requests.Poll)
        {
            tally.Add(action);
            return await base.SendAsync(request, cancellationToken);
        }

        var response = await base.SendAsync(request, cancellationToken);
        tally.Add(response.Content.Headers.ContentLength <= LongestEmptyAnswer ? Requests.EmptyPoll : Requests.Poll);
        return response;
    }

    // X-Amz-Target: AmazonSQS.SendMessageBatch
    private static string? SqsAction(HttpRequestMessage request)
    {
        if (!request.Headers.NonValidated.TryGetValues(Target, out var values))
            return null;

        var target = values.ToString();
        return string.Intern(target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..]);
    }

    // A form that begins with Action=PublishBatch&
    private static async Task<string> SnsActionAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
            return "?";

        if (request.Content is not ByteArrayContent)
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        var stream = await request.Content.ReadAsStreamAsync(cancellationToken);
        var start = new byte[FirstField.Length + 64];
        var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        stream.Position = 0;
        var text = Encoding.ASCII.GetString(start, 0, read);
        return text.StartsWith(FirstField, StringComparison.Ordinal) ? string.Intern(text[FirstField.Length..].Split('&')[0]) : "?";
    }
}
