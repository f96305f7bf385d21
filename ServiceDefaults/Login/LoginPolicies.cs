using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Who may do what besides using the service. Roles are what the authority says of a token's user; API keys and tickets have none.</summary>
public static class LoginPolicies
{
    /// <summary>May change what belongs to others: <c>Login:OperatorRole</c>.</summary>
    public const string Operator = "operator";

    /// <summary>May look at what belongs to others: <c>Login:ReaderRole</c>, or an operator.</summary>
    public const string Reader = "reader";

    /// <summary>Somebody who has logged in themselves, and no API key.</summary>
    public const string Person = "person";

    public static TBuilder RequireOperator<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(Operator);

    public static TBuilder RequireReader<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(Reader);

    public static TBuilder RequirePerson<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(Person);

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(Operator, policy => policy.RequireAuthenticatedUser().RequireRole(Operator));
        options.AddPolicy(Reader, policy => policy.RequireAuthenticatedUser().RequireRole(Reader, Operator));
        options.AddPolicy(Person, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.Identity is LoginIdentity { IsPerson: true }));
    }
}
