using CloudIa.Store;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>A job that was asked for as a response.</summary>
internal sealed record StoredResponse
{
    public required JobRecord Job { get; init; }

    public required GivenConversation Conversation { get; init; }

    public string Id => ResponseId.Of(Job.JobId);

    /// <summary>Of its only item of output.</summary>
    public string MessageId => $"msg_{Job.JobId:N}";

    public GivenResponse Given => Conversation.Response!;

    public string? Instructions => Given.HasInstructions ? Conversation.Messages[0].Content : null;

    /// <summary>Without the instructions, each with its content.</summary>
    public IEnumerable<GivenMessage> Messages => Conversation.Messages.Skip(Given.HasInstructions ? 1 : 0).Select(message => message with { Content = message.Content ?? Job.Prompt });

    /// <summary>What came with this response, and not from the one before.</summary>
    public IReadOnlyList<GivenMessage> Input => [.. Messages.TakeLast(Given.InputCount)];

    /// <summary>Null where the job is another door's.</summary>
    public static StoredResponse? Of(JobRecord job) =>
        job.Conversation is { } json && GivenConversation.Parse(json) is { Response: not null } conversation ? new() { Job = job, Conversation = conversation } : null;
}
