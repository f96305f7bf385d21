namespace CloudIa.ServiceDefaults.Login;

/// <summary>Why somebody is not let in. The message is for the caller, and says nothing of what the token holds.</summary>
public sealed class LoginException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It is not known who calls, because what would know does not answer: 503, and not 401, at which clients throw their token away.</summary>
    public bool IsUnavailable { get; init; }

    internal static LoginException Unavailable(string what, Exception? inner = null) =>
        new($"{what} does not answer, so it is not known who you are. Try again in a few seconds.", inner) { IsUnavailable = true };
}
