namespace CloudIa.Notifier.WebSockets;

/// <summary>What a client asks for in one frame.</summary>
internal abstract record ClientFrame
{
    public const int MaxBytes = 32 * 1024;

    /// <summary>The request, or a <see cref="BadFrame"/> that says what is wrong with it.</summary>
    public static ClientFrame Parse(ReadOnlyMemory<byte> utf8) => ClientFrameReader.Read(utf8);
}

internal sealed record SubscribeFrame(Guid JobId, long LastSeq) : ClientFrame;

/// <summary><see cref="LastSeq"/> is of the chat's last job.</summary>
internal sealed record SubscribeChatFrame(Guid ChatId, long? LastSeq) : ClientFrame;

internal sealed record SubscribeUserFrame : ClientFrame;

internal sealed record UnsubscribeJobFrame(Guid JobId) : ClientFrame;

internal sealed record UnsubscribeChatFrame(Guid ChatId) : ClientFrame;

internal sealed record UnsubscribeUserFrame : ClientFrame;

internal sealed record AcknowledgeFrame(Guid JobId, long Seq) : ClientFrame;

internal sealed record PingFrame : ClientFrame;

internal sealed record BadFrame(string Problem) : ClientFrame;
