namespace CloudIa.Notifier.Connections;

/// <summary>A user has as many connections as <c>Limits:Connections</c> allows.</summary>
internal sealed class TooManyConnectionsException(int most) : Exception(Words(most))
{
    /// <summary>How many there can be.</summary>
    public int Most => most;

    private static string Words(int most) => $"{most} connections of a user may be open at once, on all devices together. Close one, and connect again.";
}
