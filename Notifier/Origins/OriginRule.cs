using CloudIa.ServiceDefaults.Browsers;

namespace CloudIa.Notifier.Origins;

/// <summary>Whose pages may listen. A browser sends its cookies to any host, so a foreign page could else listen as its visitor.</summary>
internal static class OriginRule
{
    public static bool Allows(string? origin, HostString host, OriginOptions allowed) =>
        string.IsNullOrEmpty(origin)
        || allowed.Allows(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsSameHost(uri, host));

    // The scheme is not compared: behind a proxy that ends TLS the service sees http where the browser says https.
    private static bool IsSameHost(Uri origin, HostString host) =>
        string.Equals(origin.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port == origin.Port || (host.Port is null or 80 or 443 && origin.IsDefaultPort));
}
