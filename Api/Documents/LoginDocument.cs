using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CloudIa.Api.Documents;

/// <summary>Says in the OpenAPI document how to log in.</summary>
internal static class LoginDocument
{
    private const string Token = "token";
    private const string ApiKey = "apiKey";

    public static void AddTo(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "An access token of the deployment's OpenID Connect authority. In Development without an authority nothing is needed.",
        };
        document.Components.SecuritySchemes[ApiKey] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "cia_…",
            Description = "An API key (POST /me/keys), for programs. It is its user's, without any role, and manages no keys.",
        };
        document.Security = [Requirement(Token, document), Requirement(ApiKey, document)];
        return Task.CompletedTask;
    });

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
