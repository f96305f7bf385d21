namespace CloudIa.SagaRepository.Outbox;

/// <summary>An event that was applied to a saga, and what it made the saga send.</summary>
/// <param name="Id">The event's, see <see cref="EventIds.OfEvent"/>.</param>
/// <param name="At">When it was applied: Unix time in seconds.</param>
/// <param name="Messages">Null where it sent nothing, or all of it is known to have gone.</param>
internal sealed record AppliedEvent(string Id, long At, IReadOnlyList<OutboxMessage>? Messages = null);
