using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

public sealed class LoginSettingsTests
{
    private const string Authority = "https://login.example.com/pool";

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("development2")]
    public void Outside_Development_a_host_without_an_authority_does_not_start(string environment)
    {
        var failure = Should.Throw<SettingsException>(() => Build(environment)).Message;

        failure.ShouldContain($"'{environment}'");
        failure.ShouldContain("Login:Authority");
        failure.Split('\n').Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("Production", "Login:Authority", Authority, "Login:Audiences and Login:ClientIds are empty")]
    [InlineData("Development", "Login:Authority", Authority, "Login:Audiences and Login:ClientIds are empty")]
    [InlineData("Production", "Login:Authority", "http://login.example.com", "Use https")]
    [InlineData("Production", "Login:Authority", "login.example.com", "not an absolute https address")]
    [InlineData("Production", "Login:Authority", "ftp://login.example.com", "not an absolute https address")]
    [InlineData("Production", "Login:Authority", "https://login.example.com/?x=1", "not an absolute https address")]
    [InlineData("Production", "Login:Audiences:1", " ", "One of Login:Audiences or Login:ClientIds is empty")]
    [InlineData("Production", "Login:ClockSkew", "00:06:00", "Login:ClockSkew is 00:06:00, not from")]
    [InlineData("Production", "Login:KeyCacheFor", "00:02:00", "Login:KeyCacheFor is 00:02:00, not from")]
    [InlineData("Production", "Login:AuthorityTimeout", "00:00:00", "Login:AuthorityTimeout is 00:00:00, not from")]
    [InlineData("Production", "Login:UserClaim", "", "Login:UserClaim is empty")]
    public void What_is_wrong_is_said(string environment, string key, string value, string message)
    {
        var settings = new Dictionary<string, string?> { ["Login:Authority"] = Authority, ["Login:Audiences:0"] = "cloudia", [key] = value };
        if (message.StartsWith("Login:Audiences and", StringComparison.Ordinal))
            settings.Remove("Login:Audiences:0");
        using var host = Build(environment, settings);

        Should.Throw<SettingsException>(host.CheckSettings).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("Production", Authority)]
    [InlineData("Production", "http://127.0.0.1:8080/realms/x")]
    [InlineData("Production", "http://localhost:8080/realms/x")]
    [InlineData("Development", "http://keycloak:8080/realms/x")]
    public void What_is_right_is_taken(string environment, string authority)
    {
        using var host = Build(environment, new() { ["Login:Authority"] = authority, ["Login:Audiences:0"] = "cloudia" });

        Should.NotThrow(host.CheckSettings);
    }

    [Fact]
    public void Audiences_without_an_authority_are_a_mistake()
    {
        using var host = Build("Development", new() { ["Login:Audiences:0"] = "cloudia" });

        Should.Throw<SettingsException>(host.CheckSettings).Message.ShouldContain("Login:Authority is not: no token would be looked at");
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Development", Authority, false)]
    [InlineData("Production", Authority, false)]
    public async Task The_development_login_is_there_in_Development_without_an_authority_and_nowhere_else(string environment, string? authority, bool isThere)
    {
        using var host = Build(environment, authority is null ? [] : new() { ["Login:Authority"] = authority, ["Login:Audiences:0"] = "cloudia" });
        var schemes = host.Services.GetRequiredService<IAuthenticationSchemeProvider>();

        (await schemes.GetSchemeAsync(LoginSchemes.Development) is not null).ShouldBe(isThere);
        (await schemes.GetSchemeAsync(LoginSchemes.Token) is not null).ShouldBe(!isThere);
        (await schemes.GetDefaultAuthenticateSchemeAsync())!.Name.ShouldBe(LoginSchemes.Default);
    }

    private static WebApplication Build(string environment, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Redis:ConnectionString"] = "127.0.0.1:9" }).AddInMemoryCollection(settings ?? []);
        builder.AddServiceDefaults("test");
        builder.AddUserAuthentication();
        return builder.Build();
    }
}
