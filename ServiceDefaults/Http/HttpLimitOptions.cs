using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Http;

/// <summary>What one connection may cost the server. Configuration section <c>Http</c>, the same for all services.</summary>
public sealed class HttpLimitOptions
{
    public const string Section = "Http";

    /// <summary>Bytes of all headers of a request, 4096 to 1048576; more is a 431. Default 32768: a token may have 16 KiB.</summary>
    [Range(4096, 1_048_576)]
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Headers of a request, 20 to 1000; more is a 431. Default 100.</summary>
    [Range(20, 1000)]
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Bytes of a request's first line, with the query, 1024 to 65536; more is a 414. Default 20480: a hub's token stands in it.</summary>
    [Range(1024, 65_536)]
    public int MaxRequestLineBytes { get; set; } = 20 * 1024;

    /// <summary>Bytes of a body, where an endpoint says nothing else, 1024 to 104857600; more is a 413. Default 1 MiB.</summary>
    [Range(1024, 104_857_600)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a connection stays open without a request, 1 s to 1 h. Default 130 s, longer than load balancers use one.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a request's headers may take, 0.1 s to 5 min; longer is a 408. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes a second that a body must come with, and an answer be taken with, after 5 s; 0 to 1048576, 0 is no limit. Default 240.</summary>
    [Range(0, 1_048_576)]
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>Connections that are not WebSockets, 0 to 1000000, 0 is no limit; one more is a 503. Default 10000.</summary>
    [Range(0, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>WebSockets, 0 to 1000000, 0 is no limit; one more is a 503. Default 20000.</summary>
    [Range(0, 1_000_000)]
    public int MaxUpgradedConnections { get; set; } = 20_000;
}
