using CloudIa.Store;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>A body of <c>POST /v1/responses</c> that can be done.</summary>
internal sealed record ResponseRequest
{
    public required string Model { get; init; }

    /// <summary>Each with its content.</summary>
    public required IReadOnlyList<GivenMessage> Input { get; init; }

    /// <summary>The place in <see cref="Input"/> of the last thing that the user says.</summary>
    public required int PromptAt { get; init; }

    public string? Instructions { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public int? MaxOutputTokens { get; init; }

    public bool Stream { get; init; }

    public bool Background { get; init; }

    /// <summary>As it was given: whose it is, is not known yet.</summary>
    public string? PreviousResponseId { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string Prompt => Input[PromptAt].Content!;

    /// <param name="before">What was said before, each with its content.</param>
    /// <param name="previous">The response that was said in.</param>
    /// <exception cref="RequestRefusedException">It is too much for one row.</exception>
    public GivenConversation ToConversation(IReadOnlyList<GivenMessage> before, StoredResponse? previous)
    {
        List<GivenMessage> messages = [];
        if (Instructions is not null)
            messages.Add(new() { Role = "system", Content = Instructions });
        messages.AddRange(before);
        messages.AddRange(Input.Select((message, index) => index == PromptAt ? message with { Content = null } : message));
        var conversation = new GivenConversation
        {
            Messages = messages,
            Temperature = Temperature,
            TopP = TopP,
            MaxTokens = MaxOutputTokens,
            Response = new()
            {
                Background = Background,
                PreviousJobId = previous?.Job.JobId,
                HasInstructions = Instructions is not null,
                InputCount = Input.Count,
                Metadata = Metadata,
            },
        };
        var size = CompletionRequestReader.SizeOf(conversation, Prompt);
        return size <= CompletionRequestReader.MaxMessagesBytes
            ? conversation
            : throw RequestRefusedException.Invalid(before.Count > 0 ? "previous_response_id" : "input",
                $"The conversation has {size} bytes of JSON; {CompletionRequestReader.MaxMessagesBytes} are allowed. " +
                (before.Count > 0 ? "Begin a new one with a summary of it." : "Leave out the oldest messages."));
    }
}
