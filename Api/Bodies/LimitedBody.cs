using Microsoft.Net.Http.Headers;

namespace CloudIa.Api.Bodies;

/// <summary>A request's body up to a limit; see <see cref="BodyLimit"/>.</summary>
internal sealed class LimitedBody(HttpRequest request, int limit) : Stream
{
    private const string Continue = "100-continue";
    private const int DropSize = 64 * 1024;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The client asks before it sends: it is told to stop instead of being asked for the rest.</summary>
    private bool Asks => request.Headers.TryGetValue(HeaderNames.Expect, out var expected) && string.Equals(expected, Continue, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="BadHttpRequestException">413: there is more than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read == 0 && request.ContentLength > limit)
        {
            if (!Asks)
                await DropAsync(cancellationToken);
            throw TooLarge();
        }

        var count = await request.Body.ReadAsync(buffer, cancellationToken);
        _read += count;
        if (_read <= limit)
            return count;

        await DropAsync(cancellationToken);
        throw TooLarge();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <exception cref="BadHttpRequestException">413: there is more than what is dropped, too.</exception>
    private async Task DropAsync(CancellationToken cancellationToken)
    {
        var dropped = new byte[DropSize];
        while (await request.Body.ReadAsync(dropped, cancellationToken) > 0)
        {
        }
    }

    private static BadHttpRequestException TooLarge() => new("The body is larger than it may be.", StatusCodes.Status413PayloadTooLarge);
}
