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
    [Range(1, 65535)]
    public int Port { get; set; } = 8080;
}
