using CloudIa.Api.Chat;

namespace CloudIa.Api.OpenAi;

/// <summary>
/// The models that there are, from the same section that Processor reads (<c>Llm:Providers</c>). Where Api is not given it, nothing is known here: none
/// is listed, and every name is passed on.
/// </summary>
internal sealed class ModelNames
{
    private const string Echo = "echo";
    private readonly List<(string Name, string Owner)> _models = [];

    public ModelNames(IConfiguration configuration)
    {
        foreach (var provider in configuration.GetSection("Llm:Providers").GetChildren())
        {
            // As Processor has it: the default first, each once, and echo is called so where nothing else is said.
            var type = provider["Type"] ?? Echo;
            string?[] named = [provider["Model"], .. provider.GetSection("Models").Get<string[]>() ?? [], .. provider.GetSection("Aliases").GetChildren().Select(x => x.Key)];
            var names = named.OfType<string>().Where(name => !string.IsNullOrWhiteSpace(name)).ToList();
            if (names is [] && type == Echo)
                names.Add(Echo);

            var owner = provider["Name"] is { Length: > 0 } name ? name : type;
            _models.AddRange(names.Where(x => _models.TrueForAll(known => known.Name != x)).Distinct(StringComparer.Ordinal).Select(x => (x, owner)));
        }
    }

    public IReadOnlyList<(string Name, string Owner)> All => _models;

    /// <summary>Null where the name may be asked for.</summary>
    public OpenAiError? Refuse(string model) => _models is [] || _models.Exists(known => known.Name == model) ? null : NotFound(model);

    public OpenAiError NotFound(string model) => OpenAiError.ModelNotFound(
        ModelName.IsValid(model) ? model : "…",
        _models is [] ? "None are listed, because this service was not told them (Llm:Providers)." : "GET /v1/models lists those that there are.");
}
