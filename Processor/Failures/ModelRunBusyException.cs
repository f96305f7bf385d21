namespace CloudIa.Processor;

/// <summary>Another run is writing the answer of this attempt. Waited for by redelivery; its death is not counted on.</summary>
public sealed class ModelRunBusyException(Guid jobId, int attempt, TimeSpan busyFor) : Exception(
    $"Another run writes the answer of job {jobId}, attempt {attempt}; its lease lasts {busyFor.TotalSeconds:0.#} s more unless it " +
    "renews it. The message comes back later, and finds either its answer or a run that has died.");
