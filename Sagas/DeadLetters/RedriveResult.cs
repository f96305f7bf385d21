namespace CloudIa.Sagas.DeadLetters;

/// <summary>What became of sending a dead letter again.</summary>
public enum RedriveResult
{
    Sent,

    /// <summary>Somebody else is doing it, or died while doing it less than a minute ago.</summary>
    Claimed,

    /// <summary>Somebody has seen to it before.</summary>
    NotOpen,
}
