using System.Text.Json.Serialization;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>What stands in a saga's value beside the saga: inbox and outbox in one, the oldest event first.</summary>
/// <param name="Events">Each with its id (the inbox) and its messages (the outbox).</param>
/// <param name="Gone">There is no saga any more: the value only remembers what its last events were.</param>
internal sealed record SagaOutbox(
    IReadOnlyList<AppliedEvent> Events,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Gone = false)
{
    public static SagaOutbox Empty { get; } = new([]);

    [JsonIgnore]
    public bool IsEmpty => Events.Count == 0 && !Gone;

    /// <summary>Whether something may not have been sent yet.</summary>
    [JsonIgnore]
    public bool IsPending => Events.Any(x => x.Messages is not null);

    public AppliedEvent? Find(string eventId) => Events.FirstOrDefault(x => x.Id == eventId);
}
