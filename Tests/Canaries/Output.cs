namespace CloudIa.Tests.Canaries;

/// <summary>What leaves the processes, or is kept beside the table.</summary>
internal enum OutputKind
{
    Log,
    Metric,
    Activity,
    Message,

    /// <summary>What SQS and SNS are told beside a message's body: attributes, group.</summary>
    Attribute,
    DeadLetter,
    Problem,
    Health,
    Saga,
    RedisKey,

    /// <summary>But of sagas, and of what holds words by design.</summary>
    RedisValue,

    /// <summary>The event log and the context of chats: words are there by design.</summary>
    RedisWords,

    /// <summary>What users get over any wire: their own words are there by design.</summary>
    Answer,

    /// <summary>What a user takes away, and what is answered about it.</summary>
    Export,
}

internal sealed record Output(OutputKind Kind, string Text);
