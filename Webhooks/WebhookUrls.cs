using System.Net;
using CloudIa.Webhooks.Sending;
using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks;

/// <summary>Which URLs a webhook can have. Where a host's name leads is looked at when it is called, each time: it can change.</summary>
internal sealed class WebhookUrls(IOptions<WebhookOptions> options)
{
    private const int MaxLength = 2_048;

    /// <returns>What is wrong with it, for its user; null where nothing is.</returns>
    public string? Problem(string url)
    {
        if (url.Length > MaxLength)
            return $"It has {url.Length} characters; {MaxLength} are allowed.";

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
            return "It must be an absolute https URL.";

        if (uri.Scheme == "http" && options.Value.AllowHttp != true)
            return "It must begin with https: what is said would cross the network in the clear.";

        if (uri.UserInfo.Length > 0)
            return "It must not hold a user or a password: requests are signed, see the secret.";

        if (uri.Fragment.Length > 0)
            return "It must not have a fragment (#…): that is never sent.";

        return options.Value.AllowPrivateAddresses != true && IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) && !PublicAddresses.Contains(address)
            ? "Its address is not one of the public internet."
            : null;
    }
}
