using System.ComponentModel.DataAnnotations;

namespace CloudIa.Notifier.Configuration;

/// <summary>
/// Amazon API Gateway's WebSocket API as one more wire: section <c>Notifier:ApiGateway</c>. The wire is there where <see cref="Endpoint"/> is.
/// </summary>
public sealed class ApiGatewayOptions : IValidatableObject
{
    public const string Section = "Notifier:ApiGateway";

    private const int LeastSecret = 16;

    /// <summary>
    /// Where <c>@connections</c> is: <c>https://{api}.execute-api.{region}.amazonaws.com/{stage}</c>, or the custom domain with its base path.
    /// Default: none, and so no wire.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The AWS region in signatures. Default: what <see cref="Endpoint"/> names; it must be given for a custom domain.</summary>
    public string? Region { get; set; }

    /// <summary>
    /// What the integrations send as <c>X-CloudIa-Gateway-Secret</c>, at least 16 characters. A call without it is refused: anybody who reaches
    /// Notifier could else speak for any connection.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>Also taken, while the integrations change from one to the other. Default: none.</summary>
    public string? PreviousSecret { get; set; }

    /// <summary>Together with <see cref="SecretKey"/>; both null: the SDK's own chain (environment, profile, role).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Together with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>How long one call of <c>@connections</c> may take before it is tried again. Default 5 s, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long a node that died keeps its connections from the others. Default 15 s, 1 s to 5 min. Renewed after each third of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan OwnerLease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often it is kept how far each connection got: what was sent since is sent again after its node died. Default 200 ms, 10 ms to 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    internal TimeSpan Beat => OwnerLease / 3;

    /// <summary>The region of signatures; null where neither setting says one.</summary>
    internal string? SigningRegion => string.IsNullOrEmpty(Region) ? RegionOf(Endpoint) : Region;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Endpoint))
        {
            yield break;
        }

        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0)
        {
            yield return new ValidationResult(
                $"Notifier:ApiGateway:Endpoint is '{Endpoint}', not an http(s) address. Give the stage's, as in https://abc123.execute-api.eu-west-1.amazonaws.com/prod (https, not wss).");
        }
        else if (SigningRegion is null)
        {
            yield return new ValidationResult(
                $"Notifier:ApiGateway:Region is not set, and '{uri.Host}' does not name one: requests could not be signed. Give the region of the API, such as eu-west-1.");
        }

        if (Secret is not { Length: >= LeastSecret })
        {
            yield return new ValidationResult(
                $"Notifier:ApiGateway:Secret has {Secret?.Length ?? 0} characters, fewer than {LeastSecret}: whoever reaches this service could speak for any connection. " +
                "Give a random text here, and the same in the integrations' header X-CloudIa-Gateway-Secret.");
        }

        if (PreviousSecret is { Length: < LeastSecret })
        {
            yield return new ValidationResult(
                $"Notifier:ApiGateway:PreviousSecret has {PreviousSecret.Length} characters, fewer than {LeastSecret}. Leave it out where there is none.");
        }

        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
        {
            yield return new ValidationResult(
                "Of Notifier:ApiGateway:AccessKey and Notifier:ApiGateway:SecretKey only one is given. Give both, or neither to use the SDK's own credential chain.");
        }

        if (SaveInterval > OwnerLease / 2)
        {
            yield return new ValidationResult(
                $"Notifier:ApiGateway:SaveInterval is {SaveInterval}, more than half of Notifier:ApiGateway:OwnerLease ({OwnerLease}): a node could lose a connection " +
                "before it has said how far it got. Lower the former or raise the latter.");
        }
    }

    // {api}.execute-api.{region}.amazonaws.com, or .amazonaws.com.cn
    private static string? RegionOf(string? endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Host.Split('.') is [_, "execute-api", var region, "amazonaws", "com", ..] ? region : null;
}
