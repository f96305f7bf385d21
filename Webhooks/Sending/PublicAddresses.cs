using System.Net;
using System.Net.Sockets;

namespace CloudIa.Webhooks.Sending;

/// <summary>Addresses of the public internet: all but those of IANA's special-purpose registries (RFC 6890 and its successors), multicast, and what is reserved.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        Net("0.0.0.0/8"), Net("10.0.0.0/8"), Net("100.64.0.0/10"), Net("127.0.0.0/8"), Net("169.254.0.0/16"), Net("172.16.0.0/12"), Net("192.0.0.0/24"),
        Net("192.0.2.0/24"), Net("192.88.99.0/24"), Net("192.168.0.0/16"), Net("198.18.0.0/15"), Net("198.51.100.0/24"), Net("203.0.113.0/24"),
        Net("224.0.0.0/4"), Net("240.0.0.0/4"),
    ];

    /// <summary>What the internet has of IPv6 so far. Loopback, link-local and private addresses are outside.</summary>
    private static readonly IPNetwork Global6 = Net("2000::/3");

    private static readonly IPNetwork[] NotPublic6 = [Net("2001::/23"), Net("2001:db8::/32"), Net("3fff::/20")];

    /// <summary>An IPv4 address is in the last 32 bits (NAT64), and that is where packets go.</summary>
    private static readonly IPNetwork Nat64 = Net("64:ff9b::/96");

    /// <summary>An IPv4 address is in the bits 16 to 47.</summary>
    private static readonly IPNetwork SixToFour = Net("2002::/16");

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !NotPublic4.Any(x => x.Contains(address));

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;

        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
            return Contains(new IPAddress(bytes.AsSpan(12, 4)));

        if (SixToFour.Contains(address))
            return Contains(new IPAddress(bytes.AsSpan(2, 4)));

        return Global6.Contains(address) && !NotPublic6.Any(x => x.Contains(address));
    }

    private static IPNetwork Net(string text) => IPNetwork.Parse(text);
}
