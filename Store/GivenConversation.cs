using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudIa.Store;

/// <summary>A conversation that came whole with its job: what the model is shown instead of the chat's history, and how it is to answer.</summary>
public sealed record GivenConversation
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // It goes into a row and never into a page: no six bytes for what two can say.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required IReadOnlyList<GivenMessage> Messages { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public int? MaxTokens { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    public float? PresencePenalty { get; init; }

    public float? FrequencyPenalty { get; init; }

    public long? Seed { get; init; }

    /// <summary>Null: the job is no response of OpenAI's, which are asked for by their ids later.</summary>
    public GivenResponse? Response { get; init; }

    /// <exception cref="InvalidDataException">It is no such conversation.</exception>
    public static GivenConversation Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<GivenConversation>(json, Json) ?? throw Unreadable();
        }
        catch (JsonException)
        {
            // Its message can quote what it met.
            throw Unreadable();
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static InvalidDataException Unreadable() => new(
        "A job's row has a 'conversation' that this version cannot read. It was not written by this program, or by a newer one: run that one.");
}
