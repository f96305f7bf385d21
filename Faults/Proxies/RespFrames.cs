using System.Runtime.CompilerServices;

namespace CloudIa.Faults.Proxies;

/// <summary>Cuts a stream into frames.</summary>
internal sealed class RespFrames(Stream stream)
{
    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>Frames as they come, each valid until the next; ends with the stream.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (start, end) = (0, 0);
        while (true)
        {
            int length;
            while (end > start && (length = Resp.Length(_buffer.AsSpan(start, end - start))) > 0)
            {
                yield return _buffer.AsMemory(start, length);
                start += length;
            }

            _buffer.AsSpan(start, end - start).CopyTo(_buffer);
            (start, end) = (0, end - start);
            if (end == _buffer.Length)
                Array.Resize(ref _buffer, 2 * end);

            var read = await stream.ReadAsync(_buffer.AsMemory(end), cancellationToken);
            if (read == 0)
                yield break;
            end += read;
        }
    }
}
