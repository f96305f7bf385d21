namespace CloudIa.Processor.Invoking;

/// <summary>What became of the providers of a model that could not answer, one after the other.</summary>
internal sealed class FailedProviders
{
    private readonly List<(string Provider, Exception Failure)> _failed = [];

    /// <summary>Whether the next provider may answer what this one did not.</summary>
    public static bool FailsOver(Exception failure) => failure is ModelUnavailableException or ModelRefusedException { FailsOver: true };

    public void Add(string provider, Exception failure) => _failed.Add((provider, failure));

    /// <summary>What that means for the job: while one of them may answer later it waits; where none ever will it is refused.</summary>
    public Exception ToException()
    {
        List<ModelUnavailableException> passing = [.. _failed.Select(x => x.Failure).OfType<ModelUnavailableException>()];
        if (passing is [] || _failed is [_])
        {
            return _failed[^1].Failure;
        }

        // The next try is worth while as soon as the first of them may answer; one that was asked and did not say when may do so at any time.
        var asked = passing.Where(x => x.WasAsked).ToList();
        var soonest = asked.Exists(x => x.RetryAfter is null) ? null : passing.Min(x => x.RetryAfter);
        return new ModelUnavailableException(
            asked is [.., var last] ? last.Reason : passing.Exists(x => x.Reason == ModelFailureReason.CircuitOpen) ? ModelFailureReason.CircuitOpen : ModelFailureReason.ProviderBusy,
            $"No provider of the model could answer: {string.Join(", ", _failed.Select(x => $"{x.Provider} ({ReasonOf(x.Failure)})"))}. " +
            "The message is tried again; if that does not help, see whether the providers are up.",
            soonest)
        {
            WasAsked = asked.Count > 0,
        };
    }

    /// <summary>A word for logs.</summary>
    public static string ReasonOf(Exception failure) => failure switch
    {
        ModelUnavailableException unavailable => unavailable.Reason.ToString(),
        ModelRefusedException refused => refused.Kind.ToString(),
        _ => failure.GetType().Name,
    };
}
