using CloudIa.Contracts;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>All that is kept of one job, anywhere. Copied by value: a state of the search.</summary>
internal struct ModelJob
{
    public const int Attempts = 4;

    /// <summary>Redis: the saga's value, by number; 0: none.</summary>
    public int Saga;

    /// <summary>Redis: an answer is kept.</summary>
    public bool Kept;

    /// <summary>Redis: the newest attempt that may not write any more.</summary>
    public byte Stopped;

    /// <summary>Redis: the newest attempt whose last event is in the log.</summary>
    public byte Ended;

    /// <summary>Redis: it is to be told when the job before ends.</summary>
    public bool WantsTurn;

    /// <summary>The row.</summary>
    public bool Open;

    /// <summary>The row: null before the first attempt has ended.</summary>
    public JobOutcome? Outcome;

    /// <summary>The row.</summary>
    public byte OutcomeAttempt;

    /// <summary>The row.</summary>
    public string? FailureCode;

    /// <summary>The history.</summary>
    public bool HasQuestion;

    /// <summary>The history.</summary>
    public ModelAnswer Answer;

    /// <summary>Something of the answer was streamed since the last beginning.</summary>
    public bool Said;

    /// <summary>What the user may still do.</summary>
    public byte Cancels;

    /// <summary>What the user may still do.</summary>
    public byte Retries;

    /// <summary>Three bits each attempt: what its row said. Nobody reads it but the invariants.</summary>
    public int Recorded;

    /// <summary>Three bits each attempt: its last event that was told. Nobody reads it but the invariants.</summary>
    public int Told;

    public readonly int RecordedOf(int attempt) => (Recorded >> (3 * attempt)) & 7;

    public readonly int ToldOf(int attempt) => (Told >> (3 * attempt)) & 7;
}

internal enum ModelAnswer : byte
{
    None,
    Partial,
    Whole,
}
