using System.ComponentModel.DataAnnotations;

namespace CloudIa.Limits;

/// <summary>What can be limited, of all users or of a tier's. 0 is no limit.</summary>
public abstract class LimitValues
{
    /// <summary>Requests that ask for work, in any 60 s. Default 120, 0 to 10,000: the moment of each is kept.</summary>
    [Range(0, 10_000)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>Jobs that have not ended, those that wait for their turn included. Default 20, 0 to 10,000.</summary>
    [Range(0, 10_000)]
    public int? ConcurrentJobs { get; set; }

    /// <summary>Tokens that are asked and answered with, in a day of UTC. Default 0: what is right depends on the model. 0 to 10^12.</summary>
    [Range(0L, 1_000_000_000_000L)]
    public long? TokensPerDay { get; set; }

    /// <summary>Open connections, of whatever wire, on all replicas together. Default 50, 0 to 10,000.</summary>
    [Range(0, 10_000)]
    public int? Connections { get; set; }

    /// <summary>
    /// How many tokens an answer is taken to have until it is known, where the request does not say how many it may have. Default 1,024, 1 to 1,000,000. Only
    /// for <see cref="TokensPerDay"/>.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? AnswerTokens { get; set; }
}
