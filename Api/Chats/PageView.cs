using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>Part of a list.</summary>
public sealed record PageView<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Give it back as <c>cursor</c> for the next page; null at the end. Opaque.</summary>
    public required string? Next { get; init; }
}

internal static class PageViewExtensions
{
    public static PageView<TView> ToView<T, TView>(this Page<T> page, Func<T, TView> view) => new() { Items = [.. page.Items.Select(view)], Next = page.Next };
}
