using System.Globalization;
using CloudIa.Limits;

namespace CloudIa.Api.Limits;

/// <summary>Tells with each answer what its user has left, and with a refusal when to come again.</summary>
internal sealed class LimitHeaders : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        Write(context.HttpContext, context.HttpContext.RequestServices.GetRequiredService<Admissions>().Last);
        return result;
    }

    public static void Write(HttpContext http, Admission admission)
    {
        if (admission.Limits.Count == 0 || http.Response.HasStarted)
            return;

        var headers = http.Response.Headers;
        headers[RateLimitFields.Policy] = RateLimitFields.PolicyOf(admission.Limits);
        headers[RateLimitFields.Current] = RateLimitFields.CurrentOf(admission.Limits);
        if (admission.Refusal is { } refusal)
            headers.RetryAfter = RateLimitFields.Seconds(refusal).ToString(CultureInfo.InvariantCulture);
    }
}

internal static class LimitHeadersExtensions
{
    public static RouteHandlerBuilder WithLimits(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter<RouteHandlerBuilder, LimitHeaders>().ProducesProblem(StatusCodes.Status429TooManyRequests);
}
