using System.Net;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Says which Redis could not be reached and what to do. The exceptions stay those of StackExchange.Redis, for who handles them.</summary>
internal static class RedisErrors
{
    private const int Port = 6379;
    private const int TlsPort = 6380;

    public static bool IsOutage(Exception exception) => exception is RedisConnectionException or RedisTimeoutException;

    /// <param name="exception">One that <see cref="IsOutage"/> knows.</param>
    /// <param name="what">What was tried.</param>
    /// <param name="servers">As of <see cref="Text"/>; empty where they are not known.</param>
    public static Exception Explain(Exception exception, string what, string servers)
    {
        var failed = exception is RedisTimeoutException ? "did not answer in time" : "cannot be reached";
        var message = $"{what}: Redis{(servers.Length == 0 ? "" : $" at {servers}")} {failed} ({exception.Message}). " +
            "Check that it runs and is reachable from here, host and port, TLS, user and password; it is tried again with the next message.";
        return exception switch
        {
            RedisConnectionException connection => new RedisConnectionException(connection.FailureType, connection.Flags, message, connection, connection.CommandStatus),
            RedisTimeoutException timeout => new RedisTimeoutException(timeout.Flags, message, timeout.Commandstatus),
            _ => throw new ArgumentException("This is no outage.", nameof(exception), exception),
        };
    }

    /// <summary>Host and port of each, and never more: a configuration's text holds the password.</summary>
    public static string Text(IEnumerable<EndPoint> servers, bool tls = false) =>
        string.Join(", ", servers.Select(x => x switch
        {
            DnsEndPoint dns => $"{dns.Host}:{Known(dns.Port, tls)}",
            IPEndPoint ip => new IPEndPoint(ip.Address, Known(ip.Port, tls)).ToString(),
            _ => x.ToString(),
        }));

    // A configuration without a port has 0 there until it is connected.
    private static int Known(int port, bool tls) => port != 0 ? port : tls ? TlsPort : Port;
}
