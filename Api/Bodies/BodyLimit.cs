using Microsoft.AspNetCore.Mvc;

namespace CloudIa.Api.Bodies;

/// <summary>
/// How large a body may be, so that a client that sends too much hears why. A server that answers 413 and closes while its client still writes resets the
/// connection, and most clients then report a broken pipe instead of the answer. So what is too much is read to its end and dropped, up to a bound.
/// </summary>
internal static class BodyLimit
{
    /// <summary>Bytes above the limit that are read and dropped. Whoever sends more than this loses the connection, and may not see the answer.</summary>
    public const int Dropped = 16 * 1024 * 1024;

    /// <summary>For an endpoint that reads its body with <see cref="OpenBody"/>.</summary>
    public static RouteHandlerBuilder WithBodyLimit(this RouteHandlerBuilder endpoint, int limit) => endpoint.WithMetadata(new RequestSizeLimitAttribute(limit + Dropped));

    /// <summary>The body. Reading more than <paramref name="limit"/> bytes throws a <see cref="BadHttpRequestException"/> with 413.</summary>
    public static Stream OpenBody(this HttpRequest request, int limit) => new LimitedBody(request, limit);
}
