using CloudIa.SagaRepository.Outbox;
using MassTransit;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Which keys a type of sagas has.</summary>
internal interface ISagaKeys
{
    Type SagaType { get; }

    string KeyPrefix { get; }
}

/// <summary>What was configured for one type of sagas.</summary>
/// <param name="KeyPrefix">With its colon; empty where there is none.</param>
internal sealed record SagaSettings<TSaga>(string KeyPrefix, TimeSpan? Expiry, OutboxSettings Outbox) : ISagaKeys
    where TSaga : class, ISagaVersion
{
    public Type SagaType => typeof(TSaga);
}
