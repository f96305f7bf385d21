namespace CloudIa.Store;

/// <summary>A paging cursor that this list did not give out.</summary>
public sealed class InvalidCursorException(string reason)
    : Exception($"The cursor is not one that this list gave out ({reason}). Ask for the first page without a cursor.");
