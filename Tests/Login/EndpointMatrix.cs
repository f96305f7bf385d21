namespace CloudIa.Tests.Login;

/// <summary>
/// Every endpoint of the services, and what it answers to whom: the owner of what the path names, another user, nobody, and an operator who is another user. Several statuses, where it
/// depends on how far a job is. An endpoint without a row here fails a test.
/// </summary>
internal sealed record EndpointRow(string Method, string Route, string Owner, string Other, string Nobody, string Operator, string? Body = null, string? Query = null)
{
    private const string Message = $$"""{"message":"{{Canary}}"}""";
    private const string Webhook = """{"url":"https://hook.invalid/x"}""";
    private const string Completion = $$"""{"model":"echo","stream":true,"messages":[{"role":"user","content":"{{Canary}}"}]}""";

    /// <summary>In everything that the owner says; nobody else may see it.</summary>
    public const string Canary = "matrix-canary-51c0";

    public const string NewResponse = $$"""{"model":"echo","input":"{{Canary}}","background":true}""";
    public const string NewChat = Message;
    public const string NewWebhook = Webhook;
    public const string NewKey = """{"name":"laptop"}""";

    public static readonly EndpointRow[] All =
    [
        new("ANY", "/health/live", "200", "200", "200", "200"),
        new("ANY", "/health/ready", "200,503", "200,503", "200,503", "200,503"),
        new("GET", "/openapi/{documentName}.json", "200", "200", "200", "200"),
        new("GET", "/asyncapi/v1.json", "200", "200", "200", "200"),

        // The pages: to log in, nobody may need to be logged in.
        new("GET", "/", "200", "200", "200", "200"),
        new("HEAD", "/", "200", "200", "200", "200"),
        new("GET", "/favicon.svg", "200", "200", "200", "200"),
        new("HEAD", "/favicon.svg", "200", "200", "200", "200"),
        new("GET", "/assets/{file}", "404", "404", "404", "404"),
        new("HEAD", "/assets/{file}", "404", "404", "404", "404"),
        new("GET", "/web/config", "200", "200", "200", "200"),

        new("POST", "/chat", "202", "202", "401", "202", Message),
        new("GET", "/chat/jobs/{jobId:guid}", "200", "404", "401", "404"),
        new("GET", "/chat/jobs/{jobId:guid}/events", "200,204", "404", "401", "404"),
        new("POST", "/chat/jobs/{jobId:guid}/cancel", "202", "404", "401", "404"),
        new("POST", "/chat/jobs/{jobId:guid}/retry", "202,409", "404", "401", "404"),
        new("POST", "/chat/jobs/{jobId:guid}/edit", "202", "404", "401", "404", Message),
        new("POST", "/chat/jobs/{jobId:guid}/regenerate", "202", "404", "401", "404", "{}"),
        new("GET", "/chats", "200", "200", "401", "200"),
        new("GET", "/chats/{chatId:guid}", "200", "404", "401", "404"),
        new("PATCH", "/chats/{chatId:guid}", "200", "404", "401", "404", """{"title":"Renamed"}"""),
        new("DELETE", "/chats/{chatId:guid}", "204", "404", "401", "404"),
        new("GET", "/chats/{chatId:guid}/messages", "200", "404", "401", "404"),

        new("POST", "/v1/chat/completions", "200", "200", "401", "200", Completion),
        new("GET", "/v1/models", "200", "200", "401", "200"),
        new("GET", "/v1/models/{*model}", "200", "200", "401", "200"),
        new("POST", "/v1/responses", "200", "200", "401", "200", NewResponse),
        new("GET", "/v1/responses/{id}", "200", "404", "401", "404"),
        new("GET", "/v1/responses/{id}/input_items", "200", "404", "401", "404"),
        new("POST", "/v1/responses/{id}/cancel", "200", "404", "401", "404"),
        new("DELETE", "/v1/responses/{id}", "405", "404", "401", "404"),

        new("POST", "/webhooks", "201", "201", "401", "201", Webhook),
        new("GET", "/webhooks", "200", "200", "401", "200"),
        new("GET", "/webhooks/{webhookId:guid}", "200", "404", "401", "404"),
        new("PATCH", "/webhooks/{webhookId:guid}", "200", "404", "401", "404", """{"enabled":false}"""),
        new("POST", "/webhooks/{webhookId:guid}/rotate", "200", "404", "401", "404"),
        new("POST", "/webhooks/{webhookId:guid}/test", "200", "404", "401", "404"),
        new("DELETE", "/webhooks/{webhookId:guid}", "204", "404", "401", "404"),

        new("POST", "/me/keys", "201", "201", "401", "201", NewKey),
        new("GET", "/me/keys", "200", "200", "401", "200"),
        // Idempotent, so that another user's is as one that is not there.
        new("DELETE", "/me/keys/{keyId:guid}", "204", "204", "401", "204"),
        new("GET", "/me/usage", "200", "200", "401", "200"),
        new("GET", "/me/export", "200", "200", "401", "200"),
        new("POST", "/ws/ticket", "201", "201", "401", "201"),

        // No Processor has named a provider here.
        new("GET", "/ops/circuits", "403", "403", "401", "200"),
        new("POST", "/ops/circuits/{provider}/isolate", "403", "403", "401", "404"),
        new("POST", "/ops/circuits/{provider}/close", "403", "403", "401", "404"),
        new("GET", "/ops/audit", "403", "403", "401", "200"),
        new("GET", "/ops/jobs", "403", "403", "401", "200"),
        new("GET", "/ops/jobs/{jobId:guid}", "403", "403", "401", "200"),
        new("POST", "/ops/jobs/{jobId:guid}/cancel", "403", "403", "401", "202,409"),
        new("POST", "/ops/jobs/{jobId:guid}/expire", "403", "403", "401", "202,409"),
        new("POST", "/ops/jobs/{jobId:guid}/retry", "403", "403", "401", "202,409"),
        new("GET", "/ops/machine", "403", "403", "401", "200"),
        new("GET", "/ops/dead-letters", "403", "403", "401", "200"),
        new("GET", "/ops/dead-letters/groups", "403", "403", "401", "200"),
        // Nothing has this id: it is a response's.
        new("GET", "/ops/dead-letters/{id}", "403", "403", "401", "404"),
        new("POST", "/ops/dead-letters/{id}/retry", "403", "403", "401", "404"),
        new("POST", "/ops/dead-letters/{id}/discard", "403", "403", "401", "404"),
        new("POST", "/ops/dead-letters/{id}/restore", "403", "403", "401", "404"),
        new("POST", "/ops/operations", "403", "403", "401", "200", """{"kind":"retry-dead-letters","filter":{},"dryRun":true}"""),
        new("GET", "/ops/operations", "403", "403", "401", "200"),
        new("GET", "/ops/operations/{id:guid}", "403", "403", "401", "404"),
        new("POST", "/ops/operations/{id:guid}/cancel", "403", "403", "401", "404"),
        new("GET", "/ops/queues", "403", "403", "401", "200"),
        new("POST", "/ops/queues/{queue}/pause", "403", "403", "401", "404"),
        new("POST", "/ops/queues/{queue}/resume", "403", "403", "401", "404"),
        new("GET", "/ops/usage", "403", "403", "401", "200"),

        // Not WebSockets, but let in as those are.
        new("GET", "/ws", "400", "400", "401", "400"),
        new("ANY", "/hub", "400,404", "400,404", "401", "400,404"),
        new("ANY", "/hub/negotiate", "200", "200", "401", "200", Query: "?negotiateVersion=1") { SendAs = "POST" },

        // Without API Gateway's secret.
        new("POST", "/apigateway/connect", "403", "403", "401", "403"),
        new("POST", "/apigateway/default", "403", "403", "403", "403"),
        new("POST", "/apigateway/disconnect", "403", "403", "403", "403"),

        // After all that makes something: while a deletion runs nothing new is taken.
        new("DELETE", "/me", "202", "202", "401", "202"),
        new("GET", "/me/deletion", "200", "200", "401", "200"),

        // Of this test.
        new("GET", "/ops/test", "403", "403", "401", "200"),
        new("GET", "/ops/read", "403", "403", "401", "200"),
    ];

    /// <summary>Where <see cref="Method"/> is any.</summary>
    public string SendAs { get; init; } = Method == "ANY" ? "GET" : Method;

    public string Key => $"{Method} {Route}";
}
