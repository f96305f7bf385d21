using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CloudIa.ServiceDefaults.Login.Jwt;

/// <summary>The authority's metadata and keys. Asked for by one request at a time, which all others that need the answer wait for.</summary>
/// <remarks>
/// The library's own manager lets the first tokens of a new key fail until it has read it in the background, lets everybody wait in turn for an authority
/// that hangs, and takes keys that were withdrawn for an hour more; reading the documents is left to the library.
/// </remarks>
internal sealed partial class AuthorityKeys : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>Keys that are older are read again before the next token is looked at, so that one which was withdrawn opens nothing. They are used on while the authority does not answer.</summary>
    public static readonly TimeSpan ReadAgainAfter = TimeSpan.FromHours(1);

    /// <summary>However many tokens name a key that is not known, the authority is asked no more often than this.</summary>
    public static readonly TimeSpan UnknownKeyPause = TimeSpan.FromSeconds(30);

    /// <summary>An authority that did not answer is not asked again for so long.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(2);

    private const int MaxDocumentBytes = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly HttpClient _http;
    private readonly HttpDocumentRetriever _documents;
    private readonly OpenIdConnectConfigurationRetriever _retriever = new();
    private readonly string? _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Known? _known;
    private Task<OpenIdConnectConfiguration>? _asking;
    private long? _failedAt;
    private long? _unknownAskedAt;

    public AuthorityKeys(IOptions<LoginOptions> options, TimeProvider time, ILogger<AuthorityKeys> logger)
    {
        // An address that leads elsewhere would lead to keys of somebody else.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = options.Value.AuthorityTimeout,
            MaxResponseContentBufferSize = MaxDocumentBytes,
        };

        var address = options.Value.Authority?.TrimEnd('/');
        _address = address is null ? null : $"{address}/.well-known/openid-configuration";
        // What scheme the authority may have, LoginEnvironment says; its keys are then where it says by the same one, or a better.
        _documents = new(_http) { RequireHttps = address?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ?? true };
        (_time, _logger) = (time, logger);
    }

    /// <summary>What is known, however old; null before the first answer.</summary>
    public OpenIdConnectConfiguration? Current => _known?.Configuration;

    /// <exception cref="LoginException">The authority does not answer, and has not before.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (_known is not { } known)
            return await AskAsync().WaitAsync(cancel);

        if (_time.GetElapsedTime(known.At) < ReadAgainAfter)
            return known.Configuration;

        try
        {
            // Waited for: a key that was withdrawn meanwhile must not open this request.
            return await AskAsync().WaitAsync(cancel);
        }
        catch (LoginException)
        {
            // The authority is away, and old keys are better than none: AskNowAsync has said it. For a pause after it nobody asks, nor waits.
            return known.Configuration;
        }
    }

    /// <summary>Makes known the key that a token names, where the authority has it.</summary>
    /// <exception cref="LoginException">The authority does not answer, and has not before.</exception>
    public async Task LookForAsync(string? keyId, CancellationToken cancellationToken)
    {
        var configuration = await GetConfigurationAsync(cancellationToken);
        if (keyId is null || Has(configuration, keyId))
            return;

        try
        {
            if (AskForUnknown() is { } asking)
                await asking.WaitAsync(cancellationToken);
        }
        catch (LoginException)
        {
            // What is known is what there is; AskNowAsync has said it.
        }
    }

    /// <summary>For the library, which would do what <see cref="LookForAsync"/> has done.</summary>
    public void RequestRefresh()
    {
    }

    public void Dispose() => _http.Dispose();

    private static bool Has(OpenIdConnectConfiguration configuration, string keyId) => configuration.SigningKeys.Any(x => x.KeyId == keyId);

    private Task<OpenIdConnectConfiguration>? AskForUnknown()
    {
        lock (_lock)
        {
            if (_asking is null && _unknownAskedAt is { } at && _time.GetElapsedTime(at) < UnknownKeyPause)
                return null;

            if (_asking is null)
                _unknownAskedAt = _time.GetTimestamp();
        }

        return AskAsync();
    }

    private Task<OpenIdConnectConfiguration> AskAsync()
    {
        lock (_lock)
        {
            if (_asking is not null)
                return _asking;

            if (_failedAt is { } at && _time.GetElapsedTime(at) < FailurePause)
                return Task.FromException<OpenIdConnectConfiguration>(LoginException.Unavailable("The login's authority"));

            return _asking = AskNowAsync();
        }
    }

    private async Task<OpenIdConnectConfiguration> AskNowAsync()
    {
        // Not under the lock any more; before its end it waits for who holds that.
        await Task.Yield();
        try
        {
            var configuration = await ReadAsync();
            _known = new(configuration, _time.GetTimestamp());
            LogKnown(configuration.SigningKeys.Count);
            lock (_lock)
                (_asking, _failedAt) = (null, null);
            return configuration;
        }
        catch (Exception e)
        {
            lock (_lock)
                (_asking, _failedAt) = (null, _time.GetTimestamp());
            LogFailed(e.GetBaseException().GetType().Name, e.GetBaseException().Message, _known is null ? "nobody can log in" : "what is known of it is used");
            throw LoginException.Unavailable("The login's authority", e);
        }
    }

    private async Task<OpenIdConnectConfiguration> ReadAsync()
    {
        // For all who wait: the client's own timeout ends it.
        var configuration = await ((IConfigurationRetriever<OpenIdConnectConfiguration>)_retriever).GetConfigurationAsync(_address, _documents, CancellationToken.None);
        if (string.IsNullOrEmpty(configuration.Issuer) || !configuration.SigningKeys.Any(x => x is AsymmetricSecurityKey or JsonWebKey))
            throw new InvalidDataException("The authority's metadata has no issuer, or no key to verify signatures with.");

        return configuration;
    }

    [LoggerMessage(80, LogLevel.Information, "The login's authority was read: {Keys} keys")]
    private partial void LogKnown(int keys);

    [LoggerMessage(81, LogLevel.Warning, "The login's authority could not be read ({Error}: {Message}): {Consequence}. Look at Login:Authority, and whether it can be reached from here")]
    private partial void LogFailed(string error, string message, string consequence);

    private sealed record Known(OpenIdConnectConfiguration Configuration, long At);
}
