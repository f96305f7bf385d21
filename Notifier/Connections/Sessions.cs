using System.Diagnostics.CodeAnalysis;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Connections;

/// <summary>The name under which a client's connections belong together. The client may choose it, and take it up again.</summary>
internal static class Sessions
{
    public const string Parameter = "sessionId";

    public const string Invalid =
        $"{Parameter} is not valid. {SessionId.Rule}. Leave it out to get a new one, and send that when you connect again.";

    /// <summary>Whether the client names a session, which may have been there before.</summary>
    public static bool IsNamed(HttpRequest request) => request.Query.ContainsKey(Parameter);

    /// <summary>The session named in the query, or a new one. False: what is named is not valid.</summary>
    public static bool TryGet(HttpRequest request, TimeProvider time, [NotNullWhen(true)] out string? sessionId)
    {
        if (!request.Query.TryGetValue(Parameter, out var values))
        {
            sessionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
            return true;
        }

        sessionId = values.Count == 1 ? values[0] : null;
        return sessionId is not null && SessionId.IsValid(sessionId);
    }
}
