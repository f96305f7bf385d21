using System.Net;

namespace CloudIa.Transport.Connection;

/// <summary>
/// Sees each attempt of a call that sends. The SDK tries again and tells of its last attempt alone: one that was refused does not say that nothing was taken
/// by the one before, whose answer was lost.
/// </summary>
/// <remarks>An attempt can have been taken where the first byte of its body was written. No exception says so as surely: a time-out can be one of connecting.</remarks>
internal sealed class SendWatch
{
    private static readonly AsyncLocal<SendWatch?> Watching = new();

    private bool _isWatched;
    private bool _earlier;
    private bool _last;
    private bool _isAnswered;

    /// <summary>Of the call that this is part of; null: nobody wants to know.</summary>
    public static SendWatch? Current => Watching.Value;

    /// <summary>For a call that failed. True as well where nobody saw its attempts: they went through an HTTP client that is not ours.</summary>
    public bool MayBeSent => !_isWatched || _earlier || _last;

    /// <summary>For an entry that a call's answer refuses, or leaves out.</summary>
    public bool MayBeSentBefore => !_isWatched || _earlier || (_last && !_isAnswered);

    public static SendWatch Begin() => Watching.Value = new();

    public HttpContent Attempt(HttpContent content)
    {
        (_isWatched, _earlier, _last, _isAnswered) = (true, _earlier || _last, false, false);
        return new WatchedContent(content, this);
    }

    /// <summary>4xx is a refusal. An answer of 2xx can still be cut off, and of a 5xx nobody knows.</summary>
    public void Answered(HttpStatusCode status)
    {
        _isAnswered = true;
        if ((int)status is >= 400 and < 500)
            _last = false;
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly SendWatch _watch;

        public WatchedContent(HttpContent content, SendWatch watch)
        {
            (_content, _watch) = (content, watch);
            foreach (var (name, values) in content.Headers)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _watch._last = true;
            return _content.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Headers.ContentLength ?? 0;
            return _content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _content.Dispose();
            base.Dispose(disposing);
        }
    }
}
