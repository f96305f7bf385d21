namespace CloudIa.Contracts;

/// <summary>Why a job waits for its next try.</summary>
public static class JobDelays
{
    /// <summary>All providers of the model failed too often lately, and are left alone for a while.</summary>
    public const string CircuitOpen = "circuit_open";

    /// <summary>All providers of the model are answering as many requests as they may.</summary>
    public const string ProviderBusy = "provider_busy";

    /// <summary>The providers of the model were asked, and none gave a whole answer.</summary>
    public const string ProviderFailed = "provider_failed";
}
