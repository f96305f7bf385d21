using CloudIa.SagaRepository.Outbox;

namespace CloudIa.SagaRepository.Redis;

/// <summary>A value as it was read or written.</summary>
/// <param name="Saga">Null where there is none any more, but its outbox is.</param>
/// <param name="Outbox">What stands beside it.</param>
/// <param name="Digest">Tells the value from any other.</param>
internal sealed record Stored<TSaga>(TSaga? Saga, SagaOutbox Outbox, string Digest);
