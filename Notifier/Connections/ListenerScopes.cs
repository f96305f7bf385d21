using System.Diagnostics.CodeAnalysis;
using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.Connections;

/// <summary>What a connection listens to from its beginning: <c>?scope=</c>.</summary>
internal static class ListenerScopes
{
    public const string Parameter = "scope";
    public const string User = "user";
    public const string None = "none";

    public const string Invalid = $"{Parameter} is \"{User}\" (all of your jobs: also where it is left out) or \"{None}\" (what you subscribe to, and nothing else).";

    /// <summary>False: what is named is not known.</summary>
    public static bool TryGet(HttpRequest request, [NotNullWhen(true)] out ListenerScope? scope)
    {
        scope = request.Query[Parameter].ToArray() switch
        {
            [] or [User] => ListenerScope.User,
            [None] => ListenerScope.Nothing,
            _ => null,
        };
        return scope is not null;
    }
}
