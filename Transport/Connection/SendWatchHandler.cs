namespace CloudIa.Transport.Connection;

/// <summary>Shows each attempt to the <see cref="SendWatch"/> of its call.</summary>
internal sealed class SendWatchHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (SendWatch.Current is not { } watch || request.Content is not { } content)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        request.Content = watch.Attempt(content);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        watch.Answered(response.StatusCode);
        return response;
    }
}
