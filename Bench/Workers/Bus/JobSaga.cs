using MassTransit;

namespace CloudIa.Bench.Workers.Bus;

public sealed class JobSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }

    public int Version { get; set; }

    public string? CurrentState { get; set; }

    public string? Text { get; set; }
}
