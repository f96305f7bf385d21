using System.Collections.Immutable;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Listening;

/// <summary>Which of the user's jobs a connection listens to.</summary>
internal sealed record ListenerScope
{
    /// <summary>All that there are and will be.</summary>
    public static readonly ListenerScope User = new() { All = true };

    /// <summary>None, until the client subscribes to something.</summary>
    public static readonly ListenerScope Nothing = new();

    /// <summary>Jobs and chats that one connection can subscribe to, one by one.</summary>
    public const int Most = 1_000;

    public bool All { get; init; }

    /// <summary>Jobs and chats; their ids are never the same.</summary>
    public ImmutableHashSet<Guid> Ids { get; init; } = [];

    public bool Includes(ClientEvent value) => All || Ids.Contains(value.JobId) || Ids.Contains(value.ChatId);

    /// <exception cref="ScopeFullException">There are <see cref="Most"/> already.</exception>
    public ListenerScope With(Guid jobOrChat) =>
        Ids.Count < Most || Ids.Contains(jobOrChat) ? this with { Ids = Ids.Add(jobOrChat) } : throw new ScopeFullException();

    public ListenerScope Without(Guid jobOrChat) => this with { Ids = Ids.Remove(jobOrChat) };
}

/// <summary>A connection listens to as many jobs and chats as it may.</summary>
internal sealed class ScopeFullException() : Exception(
    $"This connection is subscribed to {ListenerScope.Most} jobs and chats, which is the most. Unsubscribe from some, or subscribe to the user: that is all of them at once.");
