namespace CloudIa.Store;

/// <summary>What a webhook's requests are signed with: <c>whsec_</c> and base64. As text it says nothing of itself, so that no log can.</summary>
public sealed record WebhookSecret(string Value)
{
    public const string Prefix = "whsec_";

    public override string ToString() => Prefix + "…";
}

/// <summary>A secret that was replaced, and until when requests are still signed with it, too.</summary>
public sealed record ReplacedSecret(WebhookSecret Secret, DateTimeOffset Until);
