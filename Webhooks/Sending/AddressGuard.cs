using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks.Sending;

/// <summary>
/// Connects to webhooks' hosts, and looks first where they lead. The connection goes to the very address that was looked at, so that a name that leads
/// elsewhere the next moment (DNS rebinding) gains nothing.
/// </summary>
internal sealed class AddressGuard(IOptions<WebhookOptions> options)
{
    private const int KiB = 1024;

    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = ConnectAsync,
        AllowAutoRedirect = false,
        UseCookies = false,

        // A proxy would be what is connected to, and looked at, in place of the webhook.
        UseProxy = false,

        // Trace ids are ours.
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 16 * KiB,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = options.Value.AllowPrivateAddresses == true ? found : [.. found.Where(PublicAddresses.Contains)];
        if (allowed.Length == 0)
            throw new AddressRefusedException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
