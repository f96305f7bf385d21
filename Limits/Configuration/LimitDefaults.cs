using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.Limits;

/// <summary>Gives what was left out its value: no limit in Development, so that nobody meets one on their own machine.</summary>
internal sealed class LimitDefaults(IHostEnvironment? environment) : IPostConfigureOptions<LimitOptions>
{
    public const int RequestsPerMinute = 120;
    public const int ConcurrentJobs = 20;
    public const int Connections = 50;
    public const int AnswerTokens = 1024;

    public void PostConfigure(string? name, LimitOptions options)
    {
        var isOff = environment?.IsDevelopment() == true;
        options.RequestsPerMinute ??= isOff ? 0 : RequestsPerMinute;
        options.ConcurrentJobs ??= isOff ? 0 : ConcurrentJobs;
        options.Connections ??= isOff ? 0 : Connections;
        options.TokensPerDay ??= 0;
        options.AnswerTokens ??= AnswerTokens;
    }
}
