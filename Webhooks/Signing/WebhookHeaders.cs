namespace CloudIa.Webhooks.Signing;

/// <summary>The headers of Standard Webhooks 1.0.</summary>
internal static class WebhookHeaders
{
    /// <summary>The same for every try of an event: what a receiver knows doubles by.</summary>
    public const string Id = "webhook-id";

    /// <summary>Of the try: seconds since 1970.</summary>
    public const string Timestamp = "webhook-timestamp";

    /// <summary>One for each secret, separated by spaces.</summary>
    public const string Signature = "webhook-signature";
}
