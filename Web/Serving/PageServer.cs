using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudIa.Web;

/// <summary>Answers with a file in the best form that the browser takes.</summary>
internal sealed class PageServer(PagePolicy policy)
{
    private const string Brotli = "br";
    private const string Gzip = "gzip";
    private const string Forever = "public, max-age=31536000, immutable";

    /// <summary>Kept, and asked about each time: a new version is seen with the next load.</summary>
    private const string AskEachTime = "no-cache";

    public IResult Serve(HttpContext http, PageFile file)
    {
        var encoding = Encoding(http.Request);
        var headers = http.Response.Headers;
        headers.CacheControl = file.IsAsset ? Forever : AskEachTime;
        headers.Vary = HeaderNames.AcceptEncoding;
        policy.AddTo(headers);
        if (encoding is not null)
            headers.ContentEncoding = encoding;

        var bytes = encoding switch { Brotli => file.Brotli, Gzip => file.Gzip, _ => file.Plain };
        // Each form has a tag of its own: they are different bytes.
        return Results.Bytes(bytes, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Hash}{(encoding is null ? "" : $"-{encoding}")}\""));
    }

    private static string? Encoding(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return new[] { Brotli, Gzip }.FirstOrDefault(x => accepted.Any(a => a.Value.Equals(x, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0));
    }
}
