namespace CloudIa.Api.OpenAi.Responses;

/// <summary>The id of a response: <c>resp_</c> and its job's id without dashes.</summary>
internal static class ResponseId
{
    private const string Prefix = "resp_";

    public static string Of(Guid jobId) => $"{Prefix}{jobId:N}";

    /// <summary>Null where it is no such id.</summary>
    public static Guid? Parse(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(id.AsSpan(Prefix.Length), "N", out var jobId) ? jobId : null;
}
