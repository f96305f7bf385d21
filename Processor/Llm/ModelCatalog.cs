namespace CloudIa.Processor.Llm;

/// <summary>All models of all providers, in the order of configuration.</summary>
internal sealed class ModelCatalog(IReadOnlyList<ModelChoice> models) : IDisposable
{
    public IEnumerable<string> Providers => models.Select(x => x.Provider).Distinct();

    /// <summary>The first of <see cref="Candidates"/>.</summary>
    /// <exception cref="ModelRefusedException">No provider lists it.</exception>
    public ModelChoice Select(string? model) => Candidates(model)[0];

    /// <summary>All that have this name, in the order in which they are tried; where no name is given, all that have the first one's.</summary>
    /// <exception cref="ModelRefusedException">No provider lists it.</exception>
    public IReadOnlyList<ModelChoice> Candidates(string? model)
    {
        var name = string.IsNullOrEmpty(model) ? models[0].Model : model;
        var candidates = models.Where(choice => string.Equals(choice.Model, name, StringComparison.Ordinal)).ToList();

        // The name that was asked for came from a user, so the message does not repeat it.
        return candidates is { Count: > 0 }
            ? candidates
            : throw new ModelRefusedException(
                $"The model that the message asks for ({name.Length} characters) is listed by no provider. Known are: " +
                $"{string.Join(", ", models.Select(choice => choice.Model).Distinct())}. Ask for one of these, or add it to Llm:Providers:<n>:Models.");
    }

    /// <summary>How long all that have this name may take to a first token, one after the other.</summary>
    public TimeSpan LongestPass(string? model) => Candidates(model).Aggregate(TimeSpan.Zero, (sum, choice) => sum + choice.Timeout);

    public void Dispose()
    {
        foreach (var model in models)
        {
            model.Client.Dispose();
        }
    }
}
