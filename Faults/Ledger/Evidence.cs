namespace CloudIa.Faults.Ledger;

/// <summary>All that is judged, when everything has come to rest.</summary>
internal sealed record Evidence
{
    public required Book Book { get; init; }

    public required IReadOnlyDictionary<Guid, JobRow> Rows { get; init; }

    public required IReadOnlyList<MessageRow> Messages { get; init; }

    /// <summary>Something was done that may leave a job without an answer, however well the services do: the model gave none.</summary>
    public bool MayFail { get; init; }

    /// <summary>Lines of the services that have a prompt's or an answer's words in them.</summary>
    public IReadOnlyList<string> LoggedText { get; init; } = [];

    /// <summary>Prompts whose conversation had another user's words in it.</summary>
    public IReadOnlyCollection<string> ForeignConversations { get; init; } = [];

    /// <summary>The service that wrote such a line is in it; the line itself is not repeated.</summary>
    public ILookup<Guid, MessageRow> MessagesOfJob => Messages.ToLookup(x => x.JobId);
}
