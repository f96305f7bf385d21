using System.ComponentModel.DataAnnotations;

namespace CloudIa.Local.Configuration;

/// <summary>What of a local run can be set: section <c>Local</c>.</summary>
public sealed class LocalOptions
{
    public const string Section = "Local";

    /// <summary>
    /// Where everything is kept: queues, history, sagas and the installed stand-ins. Default: <c>.cloudia</c> in the checkout, or in
    /// the current folder where there is none. One Local at a time uses it.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>Where the stand-ins are installed, if not in <see cref="DataFolder"/>: several data folders can share them.</summary>
    public string? InstallFolder { get; set; }

    /// <summary>The first loopback port to try, 1–65535. Default 8080. When it is taken, the next free one is used and said.</summary>
    [Range(1, 65535, ErrorMessage = "Local:{0} is not from {1} to {2}.")]
    public int Port { get; set; } = 8080;

    /// <summary>
    /// Whether a stand-in of API Gateway's WebSocket API is started, in this process, and Notifier led to it. Default: no. The log says the address
    /// for clients, as in <c>wscat -c ws://127.0.0.1:…/local</c>.
    /// </summary>
    public bool ApiGateway { get; set; }
}
