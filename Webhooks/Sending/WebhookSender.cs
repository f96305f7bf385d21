using System.Globalization;
using System.Net.Http.Headers;
using CloudIa.Store;
using CloudIa.Webhooks.Signing;
using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks.Sending;

/// <summary>Sends one signed request, in the form of Standard Webhooks. Of the answer only status and <c>Retry-After</c> are looked at; its body is not used.</summary>
internal sealed class WebhookSender(IHttpClientFactory clients, TimeProvider time, IOptions<WebhookOptions> options)
{
    public const string Client = "webhooks";

    private static readonly ProductInfoHeaderValue Agent = new("CloudIa-Webhooks", "1");
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>A receiver that refuses, or is not there, is an answer, and no exception.</summary>
    public async Task<WebhookAnswer> SendAsync(WebhookRecord webhook, string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add(WebhookHeaders.Id, messageId);
        request.Headers.Add(WebhookHeaders.Timestamp, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookHeaders.Signature, WebhookSignature.Of(Secrets(webhook, now), messageId, now, body.Span));

        using var patience = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new((int)response.StatusCode, response.IsSuccessStatusCode ? null : WebhookFailures.Status, RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, WebhookFailures.Timeout);
        }
        catch (HttpRequestException exception)
        {
            return new(null, exception.InnerException is AddressRefusedException ? WebhookFailures.AddressRefused : WebhookFailures.NoConnection);
        }
        catch (AddressRefusedException)
        {
            return new(null, WebhookFailures.AddressRefused);
        }
    }

    private static IEnumerable<WebhookSecret> Secrets(WebhookRecord webhook, DateTimeOffset now) =>
        webhook.Replaced.Where(x => x.Until > now).Select(x => x.Secret).Prepend(webhook.Secret);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
