namespace CloudIa.Local.StandIns;

/// <summary>A stand-in could not be installed or started. The message says what, with which values, and what to do.</summary>
public sealed class StandInException : Exception
{
    public StandInException()
    {
    }

    public StandInException(string message)
        : base(message)
    {
    }

    public StandInException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
