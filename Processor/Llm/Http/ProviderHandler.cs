using System.Net;
using System.Net.Http.Headers;
using CloudIa.Processor.Llm.Keys;
using CloudIa.Processor.Llm.Resilience;

namespace CloudIa.Processor.Llm.Http;

/// <summary>
/// Below a vendor's SDK: gives each request the key that is in force now, and makes of each error what matters of it, before the SDK makes an exception that
/// quotes it and forgets <c>Retry-After</c>. A key that is refused and was replaced since is replaced at once, and the request is sent again.
/// </summary>
/// <param name="authorize">Puts the key where the vendor wants it.</param>
internal sealed class ProviderHandler(IApiKey key, Action<HttpRequestHeaders, string> authorize, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var secret = await key.GetAsync(cancellationToken);
        var response = await SendAsync(request, secret, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && secret is not null && await key.RefreshAsync(secret, cancellationToken))
        {
            response.Dispose();
            response = await SendAsync(request, await key.GetAsync(cancellationToken), cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var kind = await ErrorBody.KindAsync(response, cancellationToken);
            throw new ProviderResponseException((int)response.StatusCode, kind, RetryAfter.Of(response.Headers, time));
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? secret, CancellationToken cancellationToken)
    {
        if (secret is not null)
        {
            authorize(request.Headers, secret);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
