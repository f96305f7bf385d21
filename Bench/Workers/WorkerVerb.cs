namespace CloudIa.Bench.Workers;

internal enum WorkerVerb
{
    /// <summary>Answers with what was done and used so far.</summary>
    Report,

    /// <summary>The same, after a full collection.</summary>
    Collect,

    /// <summary>Runs jobs one after the other, and answers with the time that each took.</summary>
    RunOneByOne,

    /// <summary>Begins jobs, and answers when their first commands are sent.</summary>
    Begin,

    /// <summary>From here on consumers wait.</summary>
    Hold,

    CountRedis,

    StopCountingRedis,
}
