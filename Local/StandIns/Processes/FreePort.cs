using System.Net;
using System.Net.Sockets;

namespace CloudIa.Local.StandIns;

internal static class FreePort
{
    /// <summary>
    /// A loopback port that was free a moment ago. Another process can take it before it is used: whoever uses it
    /// tries a second time.
    /// </summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
