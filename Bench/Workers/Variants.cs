namespace CloudIa.Bench.Workers;

/// <summary>What can run the jobs.</summary>
internal static class Variants
{
    /// <summary>AWSSDK and StackExchange.Redis by hand.</summary>
    public const string Floor = "floor";

    /// <summary>MassTransit with <c>UsingAmazonSqs</c> and <c>RedisRepository</c>, whichever package this build has them from.</summary>
    public const string Bus = "bus";

    /// <summary>The same on MassTransit's transport in memory: no broker at all.</summary>
    public const string Memory = "in-memory";
}
