using System.Text.Json;
using MassTransit.Serialization;

namespace CloudIa.Transport.Hosting;

/// <summary>
/// MassTransit indents what it writes, and a message is text inside the text of a request, where each line end and quote is escaped
/// again. Without the indentation a small message is a quarter shorter, and whoever reads indented JSON reads this, too.
/// </summary>
internal static class CompactJson
{
    /// <summary>The options are MassTransit's own and those of the whole process; a configuration that runs later can change them again.</summary>
    public static void Use()
    {
        if (SystemTextJsonMessageSerializer.Options.WriteIndented)
            SystemTextJsonMessageSerializer.Options = new JsonSerializerOptions(SystemTextJsonMessageSerializer.Options) { WriteIndented = false };
    }
}
