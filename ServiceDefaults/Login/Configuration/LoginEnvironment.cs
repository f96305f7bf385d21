using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>What is taken of section <c>Login</c> depends on the environment.</summary>
internal sealed class LoginEnvironment(IHostEnvironment environment) : IValidateOptions<LoginOptions>
{
    /// <summary>Why a host without an authority does not start.</summary>
    public static string NoAuthority(IHostEnvironment environment) =>
        $"The environment is '{environment.EnvironmentName}' and Login:Authority is not set: it refuses to start rather than serve conversations to anybody. " +
        "Set Login:Authority to your OIDC authority and Login:Audiences:0 to this service's audience, or ASPNETCORE_ENVIRONMENT=Development on a machine of your own.";

    public ValidateOptionsResult Validate(string? name, LoginOptions options)
    {
        if (string.IsNullOrEmpty(options.Authority))
            return environment.IsDevelopment() ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(NoAuthority(environment));

        return !environment.IsDevelopment() && Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback
            ? ValidateOptionsResult.Fail(
                $"Login:Authority is '{options.Authority}' and the environment is '{environment.EnvironmentName}': over http anybody on the way could give out keys of their own. Use https.")
            : ValidateOptionsResult.Success;
    }
}
