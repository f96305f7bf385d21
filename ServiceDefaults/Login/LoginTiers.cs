namespace CloudIa.ServiceDefaults.Login;

/// <summary>Which tiers there are, and which claim of a token says that its user has one. What a tier is worth is not known here.</summary>
/// <param name="Claim">A text or a list of texts; with dots into objects, as <see cref="LoginOptions.RoleClaim"/>.</param>
/// <param name="Names">In the order in which they count: the first that the claim has.</param>
public sealed record LoginTiers(string Claim, IReadOnlyList<string> Names)
{
    /// <summary>There are none.</summary>
    public static readonly LoginTiers None = new("", []);
}
