using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks;

/// <summary>What Development may do, and nobody else: call http and one's own network.</summary>
internal sealed class WebhookEnvironment(IHostEnvironment environment) : IPostConfigureOptions<WebhookOptions>, IValidateOptions<WebhookOptions>
{
    public void PostConfigure(string? name, WebhookOptions options)
    {
        options.AllowHttp ??= environment.IsDevelopment();
        options.AllowPrivateAddresses ??= environment.IsDevelopment();
    }

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        if (environment.IsDevelopment())
            return ValidateOptionsResult.Success;

        List<string> problems = [];
        if (options.AllowHttp == true)
            problems.Add(Problem(nameof(options.AllowHttp), "answers would cross the network in the clear"));
        if (options.AllowPrivateAddresses == true)
            problems.Add(Problem(nameof(options.AllowPrivateAddresses), "any user could have this service call what is behind its firewall"));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private string Problem(string setting, string why) =>
        $"Webhooks:{setting} is true, and the environment is '{environment.EnvironmentName}': {why}. Leave it out; it is for Development.";
}
