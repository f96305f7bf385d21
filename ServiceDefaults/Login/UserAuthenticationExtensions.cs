using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Who is calling.</summary>
public static class UserAuthenticationExtensions
{
    /// <summary>Adds authentication and authorization for users. May be called by several services of one process.</summary>
    /// <exception cref="SettingsException">The environment is not Development: there is no login for it yet.</exception>
    public static IHostApplicationBuilder AddUserAuthentication(this IHostApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment())
        {
            throw new SettingsException([
                $"The environment is '{builder.Environment.EnvironmentName}', and this version has no login but the one of Development, which lets everybody in as " +
                $"'{DevelopmentLogin.DefaultUser}'. It refuses to start rather than serve conversations to anybody. Set ASPNETCORE_ENVIRONMENT=Development on a machine of your own.",
            ]);
        }

        if (builder.Services.Any(service => service.ServiceType == typeof(Marker)))
            return builder;

        builder.Services.AddSingleton<Marker>();
        builder.Services.AddAuthentication(DevelopmentLogin.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, DevelopmentLogin>(DevelopmentLogin.SchemeName, configureOptions: null);
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<RequestLogin>();
        return builder;
    }

    private sealed class Marker;
}
