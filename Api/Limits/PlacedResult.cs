namespace CloudIa.Api.Limits;

/// <summary>A result that holds a place until it has been told.</summary>
internal sealed class PlacedResult(IAsyncDisposable place, IResult result) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var held = place;
        await result.ExecuteAsync(httpContext);
    }
}
