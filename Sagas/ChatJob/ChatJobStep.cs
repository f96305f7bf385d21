namespace CloudIa.Sagas.ChatJob;

/// <summary>One thing that happened to a job, for operators.</summary>
public sealed class ChatJobStep
{
    public DateTimeOffset At { get; set; }

    /// <summary>The event's name, as the state machine has it.</summary>
    public string Event { get; set; } = "";

    /// <summary>The state after it.</summary>
    public string State { get; set; } = "";

    public int Attempt { get; set; }

    /// <summary>The queues of the commands that were sent; null: none.</summary>
    public IReadOnlyList<string>? Sent { get; set; }
}
