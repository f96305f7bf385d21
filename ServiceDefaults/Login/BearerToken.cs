using Microsoft.AspNetCore.Http;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>What stands behind <c>Authorization: Bearer</c>.</summary>
internal static class BearerToken
{
    public const string Scheme = "Bearer ";

    /// <summary>Null: nothing was sent, or by another scheme.</summary>
    /// <exception cref="LoginException">Two headers, an empty token, or one with a blank or a comma in it: somebody else might read another token than this service does.</exception>
    public static string? Of(HttpRequest request)
    {
        var values = request.Headers.Authorization;
        if (values.Count == 0)
            return null;

        if (values.Count > 1)
            throw new LoginException("There is more than one Authorization header. Send one.");

        var value = values[0] ?? "";
        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return value.Trim().Equals(Scheme.Trim(), StringComparison.OrdinalIgnoreCase) ? throw Malformed() : null;

        var token = value.AsSpan(Scheme.Length).Trim(' ');
        return token.IsEmpty || token.ContainsAny(" ,\t") ? throw Malformed() : token.ToString();
    }

    /// <summary>As <see cref="Of"/>, for who only wants to know the form.</summary>
    public static bool Begins(HttpRequest request, string prefix) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && value.AsSpan(Scheme.Length).TrimStart(' ').StartsWith(prefix, StringComparison.Ordinal);

    private static LoginException Malformed() => new("The Authorization header is not 'Bearer <token>' with one token.");
}
