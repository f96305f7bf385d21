using System.Text.Json;
using CloudIa.Api.Bodies;
using CloudIa.Api.Problems;

namespace CloudIa.Api.Operators;

/// <summary>Reads an operator's request as a record.</summary>
internal static class JsonBody
{
    /// <summary>A dead letter can be as large as SQS takes, and be written with escapes.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <param name="optional">An empty body is <c>{}</c>.</param>
    /// <param name="then">Is given what is not wrong.</param>
    public static async Task<IResult> ReadAsync<T>(HttpRequest request, bool optional, Func<T, Task<IResult>> then, CancellationToken cancellationToken)
        where T : class
    {
        if (optional && request.ContentLength is null or 0 && request.ContentType is null)
            return await then(JsonSerializer.Deserialize<T>("{}", JsonSerializerOptions.Web)!);

        if (!request.HasJsonContentType())
            return ApiProblems.UnsupportedMediaType(request.ContentType);

        T value;
        try
        {
            using var document = await JsonDocument.ParseAsync(request.OpenBody(MaxBytes), cancellationToken: cancellationToken);
            if (JsonChecks.Problems(document.RootElement, typeof(T), JsonSerializerOptions.Web) is { Count: > 0 } errors)
                return ApiProblems.Invalid(errors);

            value = document.RootElement.Deserialize<T>(JsonSerializerOptions.Web)!;
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            return ApiProblems.Invalid(new() { ["$"] = [$"The body is empty or not one JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."] });
        }
        catch (BadHttpRequestException exception)
        {
            return ApiProblems.BadBody(exception, MaxBytes);
        }

        return await then(value);
    }
}
