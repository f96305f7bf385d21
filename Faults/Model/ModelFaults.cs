namespace CloudIa.Faults.Model;

/// <summary>How often the model does what wrong, 0–1 each.</summary>
internal sealed record ModelFaults
{
    public static ModelFaults None { get; } = new();

    /// <summary>429 with Retry-After.</summary>
    public double TooMany { get; init; }

    /// <summary>500 or 503.</summary>
    public double Error { get; init; }

    /// <summary>The connection ends in mid-answer.</summary>
    public double Cut { get; init; }

    /// <summary>It says something, and then nothing more.</summary>
    public double Stall { get; init; }

    /// <summary>It ends without a finish reason and without [DONE].</summary>
    public double NoEnd { get; init; }

    /// <summary>It takes seconds.</summary>
    public double Slow { get; init; }
}
