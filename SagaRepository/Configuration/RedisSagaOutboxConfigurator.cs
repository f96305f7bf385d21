using CloudIa.SagaRepository.Outbox;
using MassTransit;

namespace CloudIa.SagaRepository.Configuration;

internal sealed class RedisSagaOutboxConfigurator : IRedisSagaOutboxConfigurator
{
    public int InboxLimit { private get; set; } = OutboxSettings.DefaultInboxLimit;

    public TimeSpan Retention { private get; set; } = OutboxSettings.DefaultRetention;

    public OutboxSettings Settings => new(On: true, InboxLimit, Retention);
}
