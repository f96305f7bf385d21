using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Circuits;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Keys;
using CloudIa.ServiceDefaults.Circuits;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CloudIa.Tests.Processor.Llm;

/// <summary>Models as the processor makes them, without a host.</summary>
internal static class ModelRig
{
    public static ModelCatalog Create(params LlmProviderOptions[] providers) => Create(new CircuitBoard(null, TimeProvider.System, NullLoggerFactory.Instance), TimeProvider.System, providers);

    public static ModelCatalog Create(CircuitBoard circuits, TimeProvider time, params LlmProviderOptions[] providers) =>
        Create(new LlmOptions { Providers = [.. providers] }, circuits, time, NullLoggerFactory.Instance);

    public static ModelCatalog Create(LlmOptions options, CircuitBoard circuits, TimeProvider time, ILoggerFactory loggers)
    {
        var wrapped = Options.Create(options);
        return new ModelCatalogFactory(wrapped, new ApiKeys(wrapped, new AwsParameterStore(wrapped), time, loggers), circuits, time, Random.Shared, loggers).Create();
    }

    /// <summary>A process's board over the circuits that all share.</summary>
    public static CircuitBoard Board(ISharedCircuits? shared, TimeProvider time) => new(shared, time, NullLoggerFactory.Instance);
}
