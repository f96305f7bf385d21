namespace CloudIa.Tests.Sagas.Model;

/// <param name="Name">For the report.</param>
/// <param name="Jobs">Of one chat, each waits for the one before.</param>
internal sealed record ModelScenario(string Name, int Jobs)
{
    /// <summary>How many messages are delivered a second time, whichever and whenever.</summary>
    public int Duplicates { get; init; }

    /// <summary>How many commands are given up, whichever and whenever.</summary>
    public int Faults { get; init; }

    /// <summary>How often Redis is flushed or Sagas killed, whenever.</summary>
    public int Crashes { get; init; }

    /// <summary>How often messages are slower than a deadline.</summary>
    public int Delays { get; init; }

    public bool Flush { get; init; }

    public bool Kills { get; init; }

    /// <summary>Without it deadlines are never looked at: what ends then needs no mending.</summary>
    public bool Sweeper { get; init; } = true;

    public Func<int, int> Cancels { get; init; } = _ => 0;

    public Func<int, int> Retries { get; init; } = _ => 0;

    /// <summary>Wrong: the event is acknowledged first, and then its saga is saved.</summary>
    public bool AckBeforeSave { get; init; }

    /// <summary>Wrong: commands leave before their saga is saved.</summary>
    public bool SendBeforeSave { get; init; }

    /// <summary>Wrong: the outcome of an attempt is written whatever its row says.</summary>
    public bool IgnoreRow { get; init; }

    /// <summary>Wrong: each job thinks that it is its turn.</summary>
    public bool IgnoreTurns { get; init; }

    /// <summary>Wrong: something in the machine.</summary>
    public Mutation? Mutation { get; init; }
}

/// <param name="Name">What happens.</param>
/// <param name="To">What is so then.</param>
/// <param name="IsProgress">It happens by itself, sooner or later; what does not may never happen.</param>
internal sealed record ModelStep(string Name, ModelState To, bool IsProgress);
