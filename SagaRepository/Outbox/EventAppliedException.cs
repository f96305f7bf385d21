namespace CloudIa.SagaRepository.Outbox;

/// <summary>
/// Leads out of MassTransit's saga pipe where the event was applied before: there the only other way on is into the state machine. Nobody
/// sees it but <see cref="Redis.RedisSagaRepositoryContextFactory{TSaga}"/>.
/// </summary>
internal sealed class EventAppliedException : Exception;
