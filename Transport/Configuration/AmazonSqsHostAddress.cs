using CloudIa.Transport;

namespace MassTransit;

/// <summary><c>amazonsqs://region[/scope]</c>: where a bus is.</summary>
public readonly struct AmazonSqsHostAddress
{
    public const string AmazonSqsScheme = "amazonsqs";

    public string Scheme { get; }
    public string Host { get; }

    /// <summary>A slash when there is none.</summary>
    public string Scope { get; }

    public AmazonSqsHostAddress(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.Scheme.Equals(AmazonSqsScheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The address {address} has the scheme {address.Scheme}; this transport knows {AmazonSqsScheme}://region[/scope].",
                nameof(address));
        }

        Scheme = AmazonSqsScheme;
        Host = address.Host;
        Scope = Paths.Scope(address);
    }

    public AmazonSqsHostAddress(string host, string? scope)
    {
        Scheme = AmazonSqsScheme;
        Host = host;
        Scope = string.IsNullOrEmpty(scope) ? Paths.NoScope : scope;
    }

    public static implicit operator Uri(in AmazonSqsHostAddress address) => address.ToUri();

    public Uri ToUri() =>
        new(Scope == Paths.NoScope ? $"{Scheme}://{Host}/" : $"{Scheme}://{Host}/{Uri.EscapeDataString(Scope)}");
}
