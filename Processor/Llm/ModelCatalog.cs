namespace CloudIa.Processor.Llm;

/// <summary>All models of all providers, in the order of configuration.</summary>
internal sealed class ModelCatalog(IReadOnlyList<ModelChoice> models) : IDisposable
{
    /// <summary>The first that has this name; the first of all where no name is given.</summary>
    /// <remarks>Failover to another provider begins here: it would give all that have the name, and not only the first.</remarks>
    /// <exception cref="ModelRefusedException">No provider lists it.</exception>
    public ModelChoice Select(string? model)
    {
        if (string.IsNullOrEmpty(model))
        {
            return models[0];
        }

        // The name that was asked for came from a user, so the message does not repeat it.
        return models.FirstOrDefault(choice => string.Equals(choice.Model, model, StringComparison.Ordinal))
            ?? throw new ModelRefusedException(
                $"The model that the message asks for ({model.Length} characters) is listed by no provider. Known are: " +
                $"{string.Join(", ", models.Select(choice => choice.Model).Distinct())}. Ask for one of these, or add it to Llm:Providers:<n>:Models.");
    }

    public void Dispose()
    {
        foreach (var model in models)
        {
            model.Client.Dispose();
        }
    }
}
