using CloudIa.ServiceDefaults.Login.Jwt;
using CloudIa.ServiceDefaults.Login.Keys;
using CloudIa.ServiceDefaults.Login.Tickets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Who is calling.</summary>
public static class UserAuthenticationExtensions
{
    /// <summary>
    /// Adds authentication and authorization for users: by tokens of <see cref="LoginOptions.Authority"/>, or in Development without one by nothing; and by API keys and
    /// tickets. May be called by several services of one process.
    /// </summary>
    /// <exception cref="SettingsException">There is no authority, and the environment is not Development.</exception>
    public static IHostApplicationBuilder AddUserAuthentication(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var hasAuthority = !string.IsNullOrEmpty(builder.Configuration[$"{LoginOptions.Section}:{nameof(LoginOptions.Authority)}"]);
        if (!hasAuthority && !builder.Environment.IsDevelopment())
            throw new SettingsException([LoginEnvironment.NoAuthority(builder.Environment)]);

        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(Marker)))
            return builder;

        services.AddSingleton<Marker>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings<LoginOptions>(LoginOptions.Section);
        services.AddSingleton<IValidateOptions<LoginOptions>, LoginEnvironment>();
        services.TryAddSingleton(LoginTiers.None);
        services.TryAddSingleton<ApiKeyCheck>();
        services.TryAddSingleton<ITickets, RedisTickets>();

        var login = services.AddAuthentication(LoginSchemes.Default)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyLogin>(LoginSchemes.ApiKey, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, TicketLogin>(LoginSchemes.Ticket, configureOptions: null);
        if (hasAuthority)
            AddTokens(login);
        else
            login.AddScheme<AuthenticationSchemeOptions, DevelopmentLogin>(LoginSchemes.Development, configureOptions: null);

        var others = hasAuthority ? LoginSchemes.Token : LoginSchemes.Development;
        login.AddPolicyScheme(LoginSchemes.Default, displayName: null, scheme =>
            scheme.ForwardDefaultSelector = context => BearerToken.Begins(context.Request, ApiKey.Prefix) ? LoginSchemes.ApiKey : others);
        login.AddPolicyScheme(LoginSchemes.TicketOrDefault, displayName: null, scheme =>
            scheme.ForwardDefaultSelector = context => TicketLogin.IsGiven(context.Request) ? LoginSchemes.Ticket : LoginSchemes.Default);

        services.AddAuthorization();
        services.AddOptions<AuthorizationOptions>().Configure(LoginPolicies.AddTo);
        services.AddSingleton<RequestLogin>();
        return builder;
    }

    private static void AddTokens(AuthenticationBuilder login)
    {
        login.AddJwtBearer(LoginSchemes.Token, configureOptions: _ => { });
        login.Services.AddSingleton<AuthorityKeys>();
        // After the library's own, which would have section Authentication:Schemes say otherwise.
        login.Services.AddSingleton<IConfigureOptions<JwtBearerOptions>, TokenLogin>();
    }

    private sealed class Marker;
}
