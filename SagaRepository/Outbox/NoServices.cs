namespace CloudIa.SagaRepository.Outbox;

/// <summary>For a bus without a container.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
