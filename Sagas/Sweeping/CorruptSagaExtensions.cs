using MassTransit;
#if !MASSTRANSIT_AWS_OFFICIAL
using CloudIa.SagaRepository;
#endif

namespace CloudIa.Sagas.Sweeping;

internal static class CorruptSagaExtensions
{
    /// <summary>Whether the value under the saga's key cannot be read. The official repository does not tell that from other errors.</summary>
    public static bool IsCorrupt(this Exception exception) =>
#if MASSTRANSIT_AWS_OFFICIAL
        exception.InnerException is System.Text.Json.JsonException or System.Runtime.Serialization.SerializationException;
#else
        exception is CorruptSagaException;
#endif

    /// <summary>Trying again does not make it readable.</summary>
    public static void IgnoreCorruptSagas(this IExceptionConfigurator ring)
    {
#if !MASSTRANSIT_AWS_OFFICIAL
        ring.Ignore<CorruptSagaException>();
#endif
    }
}
