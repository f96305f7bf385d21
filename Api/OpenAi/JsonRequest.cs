using System.Text.Json;
using CloudIa.Api.Bodies;
using CloudIa.Api.Problems;

namespace CloudIa.Api.OpenAi;

/// <summary>Reads a request's body, which must be a JSON object.</summary>
internal static class JsonRequest
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <param name="limit">Bytes.</param>
    /// <param name="read">Throws <see cref="RequestRefusedException"/> where it cannot be done.</param>
    public static async Task<(T? Request, OpenAiError? Error)> ReadAsync<T>(HttpRequest request, int limit, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, OpenAiError.From(ApiProblems.UnsupportedMediaType(request.ContentType)));

        try
        {
            using var document = await JsonDocument.ParseAsync(request.OpenBody(limit), Strict, cancellationToken);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (read(document.RootElement), null)
                : throw RequestRefusedException.Invalid(null, "The body must be a JSON object.");
        }
        catch (RequestRefusedException refused)
        {
            return (null, refused.Error);
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            return (null, OpenAiError.Invalid(null, OpenAiError.InvalidValue,
                $"The body is empty, not JSON, or has a field twice (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."));
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            return (null, OpenAiError.Invalid(null, OpenAiError.InvalidValue, "A text in the body is not valid Unicode."));
        }
        catch (BadHttpRequestException exception)
        {
            var problem = ApiProblems.BadBody(exception, limit);
            return (null, problem.StatusCode == StatusCodes.Status400BadRequest
                ? OpenAiError.Invalid(null, OpenAiError.InvalidValue, problem.ProblemDetails.Detail!)
                : OpenAiError.From(problem));
        }
    }
}
