using CloudIa.ServiceDefaults.Login.Tickets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Takes tokens out of queries.</summary>
internal static class QueryTokens
{
    private const string AccessToken = "access_token";

    /// <summary>From where all logins look for it.</summary>
    public static void MoveToHeader(HttpRequest request)
    {
        // Two of them become two headers, which are refused.
        if (request.Headers.Authorization.Count == 0 && request.Query.TryGetValue(AccessToken, out var tokens))
            request.Headers.Authorization = tokens.Select(x => BearerToken.Scheme + x).ToArray();
    }

    /// <summary>Whoever logs or keeps the request from now on has no token by that.</summary>
    public static void Remove(HttpRequest request)
    {
        request.Headers.Remove("Authorization");
        if (request.Query.ContainsKey(AccessToken) || request.Query.ContainsKey(TicketLogin.Parameter))
        {
            request.QueryString = new QueryBuilder(request.Query.Where(x => !IsToken(x.Key)).SelectMany(x => x.Value, (x, value) => KeyValuePair.Create(x.Key, value ?? ""))).ToQueryString();

            // The server's own copy of the address.
            if (request.HttpContext.Features.Get<IHttpRequestFeature>() is { } feature)
                feature.RawTarget = request.GetEncodedPathAndQuery();
        }
    }

    private static bool IsToken(string name) =>
        name.Equals(AccessToken, StringComparison.OrdinalIgnoreCase) || name.Equals(TicketLogin.Parameter, StringComparison.OrdinalIgnoreCase);
}
