using System.Text.Json;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>
/// Reads the body of <c>POST /v1/responses</c>. What would change the answer and cannot be done is refused by name, rather than left out in silence; null
/// is the same as not given.
/// </summary>
internal static class ResponseRequestReader
{
    private const int MaxMetadata = 16;
    private const int MaxMetadataKey = 64;
    private const int MaxMetadataValue = 512;

    /// <exception cref="RequestRefusedException">It cannot be done.</exception>
    public static ResponseRequest Read(JsonElement root)
    {
        string? model = null;
        var request = new ResponseRequest { Model = "", Input = [], PromptAt = -1 };
        foreach (var (name, value) in root.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            if (value.ValueKind == JsonValueKind.Null && name is not ("model" or "input") && ResponseFields.IsKnown(name))
                continue;

            switch (name)
            {
                case "model":
                    model = FieldValue.Model(name, value);
                    break;
                case "input":
                    var (input, promptAt) = InputReader.Read(value);
                    request = request with { Input = input, PromptAt = promptAt };
                    break;
                case "instructions":
                    request = request with { Instructions = FieldValue.Text(name, value) };
                    break;
                case "temperature":
                    request = request with { Temperature = FieldValue.Number(name, value, 0, 2) };
                    break;
                case "top_p":
                    request = request with { TopP = FieldValue.Number(name, value, 0, 1) };
                    break;
                case "max_output_tokens":
                    request = request with { MaxOutputTokens = FieldValue.Tokens(name, value) };
                    break;
                case "stream":
                    request = request with { Stream = FieldValue.Flag(name, value) };
                    break;
                case "background":
                    request = request with { Background = FieldValue.Flag(name, value) };
                    break;
                case "previous_response_id":
                    request = request with { PreviousResponseId = FieldValue.Text(name, value) };
                    break;
                case "metadata":
                    request = request with { Metadata = Metadata(value) };
                    break;
                default:
                    ResponseFields.Check(name, value);
                    break;
            }
        }

        if (model is null)
            throw RequestRefusedException.Missing("model", "It is required. GET /v1/models lists those that there are.");
        if (request.PromptAt < 0)
            throw RequestRefusedException.Missing("input", "It is required: what the model is to answer.");
        return request with { Model = model };
    }

    private static SortedDictionary<string, string>? Metadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw RequestRefusedException.Invalid("metadata", "It must be an object of texts.");

        // In an order of its own, so that the same request is the same.
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in value.EnumerateObject())
        {
            if (pair.Name.Length > MaxMetadataKey || pair.Value.ValueKind != JsonValueKind.String || pair.Value.GetString()!.Length > MaxMetadataValue || metadata.Count == MaxMetadata)
            {
                throw RequestRefusedException.Invalid("metadata",
                    $"It may have {MaxMetadata} pairs: names of at most {MaxMetadataKey} characters, and texts of at most {MaxMetadataValue}.");
            }

            metadata.Add(pair.Name, pair.Value.GetString()!);
        }

        return metadata.Count == 0 ? null : metadata;
    }
}
