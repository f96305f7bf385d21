using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace CloudIa.Notifier.Connections;

/// <summary>The name under which a client's connections belong together. The client may choose it, and take it up again.</summary>
internal static class SessionId
{
    public const string Parameter = "sessionId";
    public const int MaxLength = 128;

    public const string Rule = "sessionId must be 1 to 128 of the characters A-Z, a-z, 0-9, '-', '_' and '.'. " +
                               "Leave it out to get a new one, and send that when you connect again.";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The session named in the query, or a new one. False: what is named is not valid.</summary>
    public static bool TryGet(HttpRequest request, TimeProvider time, [NotNullWhen(true)] out string? sessionId)
    {
        if (!request.Query.TryGetValue(Parameter, out var values))
        {
            sessionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
            return true;
        }

        sessionId = values.Count == 1 ? values[0] : null;
        return sessionId is { Length: > 0 and <= MaxLength } && !sessionId.AsSpan().ContainsAnyExcept(Allowed);
    }
}
