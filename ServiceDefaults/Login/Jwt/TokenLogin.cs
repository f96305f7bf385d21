using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudIa.ServiceDefaults.Login.Jwt;

/// <summary>How the library checks tokens: everything that it can be lax about is said here.</summary>
internal sealed class TokenLogin(IOptions<LoginOptions> options, LoginTiers tiers, AuthorityKeys keys, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
{
    private readonly LoginOptions _options = options.Value;

    public void Configure(JwtBearerOptions options) => Configure(LoginSchemes.Token, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != LoginSchemes.Token)
            return;

        options.ConfigurationManager = keys;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.RefreshOnIssuerKeyNotFound = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = TokenForm.MaxBytes });
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = TokenForm.Algorithms,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, keyId, _) => KeysFor(keyId),
            ValidateIssuer = true,
            IssuerValidator = (issuer, _, _) => IsIssuer(issuer) ? issuer : throw new SecurityTokenInvalidIssuerException("Another issuer."),
            // By TokenClaims: which audience is asked for depends on what the token has.
            ValidateAudience = false,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            LifetimeValidator = CheckLifetime,
        };
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = ReceiveAsync,
            OnTokenValidated = Validated,
            OnAuthenticationFailed = Failed,
            OnChallenge = ChallengeAsync,
            OnForbidden = context => LoginRefusal.ForbidAsync(context.HttpContext),
        };
    }

    private async Task ReceiveAsync(MessageReceivedContext context)
    {
        try
        {
            if (BearerToken.Of(context.Request) is not { } token)
            {
                context.NoResult();
                return;
            }

            await keys.LookForAsync(TokenForm.KeyIdOf(token), context.HttpContext.RequestAborted);
            context.Token = token;
        }
        catch (LoginException e)
        {
            context.Fail(e);
        }
        catch (OperationCanceledException e)
        {
            context.Fail(new LoginException("The caller went away.", e));
        }
    }

    private Task Validated(TokenValidatedContext context)
    {
        try
        {
            context.Principal = new ClaimsPrincipal(TokenClaims.Read((JsonWebToken)context.SecurityToken, _options, tiers));
        }
        catch (LoginException e)
        {
            context.Fail(e);
        }

        return Task.CompletedTask;
    }

    /// <summary>The library's own words may hold what the token has.</summary>
    private static Task Failed(AuthenticationFailedContext context)
    {
        context.Fail(context.Exception as LoginException ?? new LoginException(context.Exception switch
        {
            SecurityTokenExpiredException => "The token has expired. Get a new one.",
            SecurityTokenNotYetValidException => "The token is not valid yet. Look at the clocks of both machines.",
            SecurityTokenNoExpirationException => "The token has no end ('exp').",
            SecurityTokenInvalidIssuerException => "The token is of another issuer.",
            _ => "The token's signature is not right, or its key is not known.",
        }));
        return Task.CompletedTask;
    }

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return LoginRefusal.ChallengeAsync(context.HttpContext, context.AuthenticateFailure);
    }

    /// <summary>The key that is named; where none is, the only one there is.</summary>
    private IEnumerable<SecurityKey> KeysFor(string? keyId)
    {
        var all = keys.Current?.SigningKeys ?? [];
        return string.IsNullOrEmpty(keyId)
            ? all.Count == 1 ? all : []
            : all.Where(x => string.Equals(x.KeyId, keyId, StringComparison.Ordinal));
    }

    private bool IsIssuer(string? issuer) =>
        !string.IsNullOrEmpty(issuer) && string.Equals(issuer, _options.Issuer ?? keys.Current?.Issuer, StringComparison.Ordinal);

    /// <summary>The library's own check has a clock of its own.</summary>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null)
            throw new SecurityTokenNoExpirationException();
        if (expires <= now - _options.ClockSkew)
            throw new SecurityTokenExpiredException();
        if (notBefore > now + _options.ClockSkew || notBefore > expires)
            throw new SecurityTokenNotYetValidException();
        return true;
    }
}
