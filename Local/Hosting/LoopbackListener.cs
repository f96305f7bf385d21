using System.Net;
using System.Net.Sockets;
using CloudIa.Local.StandIns;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace CloudIa.Local.Hosting;

/// <summary>
/// A loopback port, listening already: from looking to serving takes seconds, in which another program could take it. Who connects
/// early waits. Kestrel takes the sockets over.
/// </summary>
internal sealed class LoopbackListener : IDisposable
{
    private const int Attempts = 100;

    /// <summary>Connections that wait for Kestrel, which sets its own when it starts.</summary>
    private const int Backlog = 512;

    private readonly List<Socket> _sockets = [];

    private LoopbackListener(int port) => Port = port;

    public int Port { get; }

    /// <summary>Takes the first port from <paramref name="first"/> on that is free on both loopback addresses.</summary>
    /// <exception cref="StandInException">A hundred in a row are taken.</exception>
    public static LoopbackListener Take(int first)
    {
        var last = Math.Min(first + Attempts - 1, IPEndPoint.MaxPort);
        for (var port = first; port <= last; port++)
        {
            var listener = new LoopbackListener(port);
            if (listener.TryListen(IPAddress.Loopback) && listener.TryListen(IPAddress.IPv6Loopback))
            {
                return listener;
            }

            listener.Dispose();
        }

        throw new StandInException($"All ports from {first} to {last} are taken. Give another: --Local:Port=<port>.");
    }

    public void Serve(IWebHostBuilder host)
    {
        host.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        host.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
            _sockets.Find(x => endpoint.Equals(x.LocalEndPoint)) ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    /// <returns>False: taken. True also where this machine has no such address, and so nobody on it.</returns>
    private bool TryListen(IPAddress address)
    {
        try
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            socket.Bind(new IPEndPoint(address, Port));
            socket.Listen(Backlog);

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
