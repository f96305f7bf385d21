using CloudIa.Contracts.Client;

namespace CloudIa.Bench.Listening;

/// <summary>What one listener got of its job.</summary>
internal sealed class FrameCheck(Guid jobId, TimeProvider time)
{
    private static readonly byte[] EventField = "{\"event\""u8.ToArray();
    private volatile bool _ended;

    /// <summary>Frames that were not the next one of the job.</summary>
    public int Wrong { get; private set; }

    public int Frames { get; private set; }

    public bool Ended => _ended;

    /// <summary>From when each delta was made to when it was here.</summary>
    public List<double> Milliseconds { get; } = [];

    public static bool IsEvent(ReadOnlyMemory<byte> frame) => frame.Span.StartsWith(EventField);

    public void Take(ReadOnlyMemory<byte> frame)
    {
        if (!IsEvent(frame))
            return;

        var value = ClientEventJson.Deserialize(frame.Span);
        Frames++;
        if (value.JobId != jobId || value.Seq != Frames)
            Wrong++;
        if (value is MessageDelta)
            Milliseconds.Add((time.GetUtcNow() - value.Timestamp).TotalMilliseconds);
        _ended |= value is JobError or MessageCompleted;
    }
}
