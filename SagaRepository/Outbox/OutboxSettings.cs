namespace CloudIa.SagaRepository.Outbox;

/// <summary>What <c>UseOutbox</c> was told.</summary>
/// <param name="On">Off: nothing new goes into the outbox, but what is in it is honoured.</param>
/// <param name="InboxLimit">How many events a saga remembers; those whose messages may not have gone do not count.</param>
/// <param name="Retention">How long an event is remembered, whatever became of its messages.</param>
internal sealed record OutboxSettings(bool On, int InboxLimit, TimeSpan Retention)
{
    public const int DefaultInboxLimit = 100;
    public const int MostInboxLimit = 10_000;
    public static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(1);
    public static readonly TimeSpan LeastRetention = TimeSpan.FromMinutes(1);

    public static OutboxSettings Off { get; } = new(false, DefaultInboxLimit, DefaultRetention);
}
