namespace CloudIa.Tests.Transport;

public sealed record Ping
{
    public required int Number { get; init; }

    public string Text { get; init; } = "";
}

public sealed record Pong
{
    public required int Number { get; init; }
}

public sealed record Unwanted
{
    public int Number { get; init; }
}
