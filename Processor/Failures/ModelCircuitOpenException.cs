namespace CloudIa.Processor;

/// <summary>The time to answer is over, and all providers of the model were left alone because they had failed too often.</summary>
/// <remarks>The saga knows it by its full name in the fault, so the name is part of the contract.</remarks>
public sealed class ModelCircuitOpenException(TimeSpan wait) : Exception(
    $"All providers of the model are left alone for {wait.TotalSeconds:0.#} s more (circuit open), and the job's time (Jobs:InvokingDeadline) is over before that. " +
    "See whether they are up, or whether an operator isolated them; then retry the job.");
