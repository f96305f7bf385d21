using System.ComponentModel.DataAnnotations;
using System.Net;

namespace CloudIa.ServiceDefaults.Proxies;

/// <summary>Whose word is taken on where a request came from. Configuration section <c>Proxies</c>.</summary>
public sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "Proxies";

    /// <summary>Addresses (<c>10.0.0.7</c>) and networks (<c>10.0.0.0/8</c>) of the proxies in front. Default: none, and nobody's <c>X-Forwarded-*</c> is taken.</summary>
    public IList<string> Known { get; } = [];

    /// <summary>How many proxies a request goes through at most: 1 to 10, default 1. Each must be one of <see cref="Known"/>.</summary>
    [Range(1, 10)]
    public int Limit { get; set; } = 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Known.Where(x => !IsKnown(x)).Select(x => new ValidationResult(
        $"Proxies:Known has '{x}', which is neither an address nor a network. Write 10.0.0.7, fd00::7, 10.0.0.0/8 or fd00::/8."));

    private static bool IsKnown(string value) => (IPAddress.TryParse(value, out _) && (value.Contains(':') || value.Count(x => x == '.') == 3)) || IPNetwork.TryParse(value, out _);
}
