using CloudIa.SagaRepository.Outbox;
using MassTransit;

namespace CloudIa.SagaRepository.Redis;

/// <summary>What was configured for one type of sagas.</summary>
/// <param name="KeyPrefix">With its colon; empty where there is none.</param>
internal sealed record SagaSettings<TSaga>(string KeyPrefix, TimeSpan? Expiry, OutboxSettings Outbox)
    where TSaga : class, ISagaVersion;
