using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudIa.Web;

/// <summary>What the browser lets a page do. Whatever a model writes, nothing runs but our own files, and nothing is fetched but from here (and from where one logs in).</summary>
internal sealed class PagePolicy(IOptions<WebOptions> web, IOptions<LoginOptions> login)
{
    private readonly string _contentSecurity = ContentSecurity(web.Value, login.Value);

    public void AddTo(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _contentSecurity;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    }

    private static string ContentSecurity(WebOptions web, LoginOptions login)
    {
        var others = new List<string>(web.LoginOrigins);
        if (!string.IsNullOrEmpty(login.Authority))
            others.Insert(0, new Uri(login.Authority).GetLeftPart(UriPartial.Authority));

        // 'self' is the WebSocket's too. The one maker of HTML is the page's own (see src/chat/markdown.ts).
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + $"connect-src {string.Join(' ', others.Prepend("'self'").Distinct(StringComparer.OrdinalIgnoreCase))}; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types cloudia-markdown";
    }
}
