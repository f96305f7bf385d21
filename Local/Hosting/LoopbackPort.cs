using System.Net;
using System.Net.Sockets;
using CloudIa.Local.StandIns;

namespace CloudIa.Local.Hosting;

internal static class LoopbackPort
{
    private const int Attempts = 100;

    /// <summary>The first port from <paramref name="first"/> on that nobody listens on, on any of this machine's addresses.</summary>
    /// <exception cref="StandInException">A hundred in a row are taken.</exception>
    public static int FirstFree(int first)
    {
        for (var port = first; port < first + Attempts && port <= IPEndPoint.MaxPort; port++)
        {
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port))
            {
                return port;
            }
        }

        throw new StandInException($"All ports from {first} to {Math.Min(first + Attempts - 1, IPEndPoint.MaxPort)} are taken. Give another: --Local:Port=<port>.");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
            socket.Bind(new IPEndPoint(address, port));

            return true;
        }
        catch (SocketException e)
        {
            // Without IPv6 on this machine nobody can be there.
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
