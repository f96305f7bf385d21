using System.Net;
using System.Net.Sockets;

namespace CloudIa.Faults.Grounds;

internal static class FreePort
{
    /// <summary>A loopback port that was free a moment ago. Below those that the system gives to connections, so that none of them takes it while its service is dead.</summary>
    public static int Find(int from)
    {
        for (var port = from; ; port++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException) when (port < from + 1000)
            {
                // Somebody has it.
            }
        }
    }
}
