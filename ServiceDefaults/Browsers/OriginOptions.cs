using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Browsers;

/// <summary>Which pages may call and listen: section <c>Cors</c>.</summary>
public sealed class OriginOptions : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary>
    /// Browser origins (<c>https://chat.example.com</c>) whose pages may call and listen, besides the service's own host. Default: none. Clients that send no
    /// Origin (servers, wscat) are not browsers and need no entry.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Whether pages of this origin, as a browser says it, are allowed by the list.</summary>
    public bool Allows(string origin) => AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in AllowedOrigins.Where(x => !IsOrigin(x)))
        {
            yield return new ValidationResult(
                $"Cors:AllowedOrigins has '{origin}', which is not an origin: browsers send scheme, host and port only, so it would " +
                "never match. Write it as https://chat.example.com or http://localhost:5173, without a path, a slash at the end or a wildcard.");
        }
    }

    private static bool IsOrigin(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), value, StringComparison.OrdinalIgnoreCase);
}
