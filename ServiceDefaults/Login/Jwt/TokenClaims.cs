using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CloudIa.ServiceDefaults.Login.Jwt;

/// <summary>What a token whose signature is right says of its user.</summary>
internal static class TokenClaims
{
    /// <summary>OpenID Connect's own limit for <c>sub</c>.</summary>
    public const int MaxUserLength = 255;

    /// <exception cref="LoginException">It says too little.</exception>
    public static LoginIdentity Read(JsonWebToken token, LoginOptions options, LoginTiers tiers)
    {
        using var payload = TokenForm.Read(token.EncodedPayload);
        var root = payload.RootElement;
        if (TokenForm.Text(root, options.UserClaim) is not { Length: > 0 and <= MaxUserLength } user || user.Any(char.IsControl) || string.IsNullOrWhiteSpace(user))
            throw new LoginException($"The token does not say who you are: its claim '{options.UserClaim}' must be one text of 1–{MaxUserLength} printable characters.");

        if (!IsForUs(root, options))
            throw new LoginException("The token is for another program: see Login:Audiences and Login:ClientIds.");

        var roles = TextsAt(root, options.RoleClaim).ToHashSet(StringComparer.Ordinal);
        List<string> held = [];
        if (roles.Contains(options.OperatorRole))
            held.Add(LoginPolicies.Operator);
        if (roles.Contains(options.ReaderRole))
            held.Add(LoginPolicies.Reader);
        return new(LoginSchemes.Token, user, Ends(token.ValidTo, options.ClockSkew), held) { Tier = Tier(root, tiers) };
    }

    private static string? Tier(JsonElement root, LoginTiers tiers)
    {
        if (tiers.Names.Count == 0)
            return null;

        var held = TextsAt(root, tiers.Claim).ToHashSet(StringComparer.Ordinal);
        return tiers.Names.FirstOrDefault(held.Contains);
    }

    /// <summary>As long as the token is taken. Null: at no time that there is.</summary>
    private static DateTimeOffset? Ends(DateTime validTo, TimeSpan clockSkew) =>
        validTo.Year < DateTime.MaxValue.Year ? new DateTimeOffset(DateTime.SpecifyKind(validTo, DateTimeKind.Utc)) + clockSkew : null;

    /// <summary>A token that names audiences is for those. One that names none is for the client that got it, which must be one of ours, and no id token.</summary>
    private static bool IsForUs(JsonElement root, LoginOptions options)
    {
        if (root.TryGetProperty("aud", out var audience))
            return Texts(audience).Any(options.Audiences.Contains);

        return TokenForm.Text(root, "client_id") is { } client && options.ClientIds.Contains(client)
            && (!root.TryGetProperty("token_use", out _) || TokenForm.Text(root, "token_use") == "access");
    }

    /// <summary>Of the claim of that name; where there is none, of what its steps lead to.</summary>
    private static IEnumerable<string> TextsAt(JsonElement root, string name)
    {
        if (root.TryGetProperty(name, out var claim))
            return Texts(claim);

        var at = root;
        foreach (var step in name.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
                return [];
        }

        return Texts(at);
    }

    private static IEnumerable<string> Texts(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => [value.GetString()!],
                JsonValueKind.Array => [.. value.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!)],
                _ => [],
            };
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: it equals nothing.
            return [];
        }
    }
}
