using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudIa.ServiceDefaults.Browsers;

/// <summary>For answers that are no pages: nothing in them is run, framed, guessed at or kept. A page says otherwise by setting the header itself.</summary>
internal static class SecurityHeaders
{
    public const string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
    public const string CacheControl = "no-store";

    /// <summary>When an answer starts, since an exception's answer begins with no headers.</summary>
    public static Task AddAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentSecurityPolicy);
        headers.TryAdd(HeaderNames.CacheControl, CacheControl);
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        return Task.CompletedTask;
    }
}
