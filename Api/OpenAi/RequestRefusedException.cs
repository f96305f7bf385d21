namespace CloudIa.Api.OpenAi;

/// <summary>The body asks for what is not there, or is wrong.</summary>
internal sealed class RequestRefusedException(OpenAiError error) : Exception(error.Message)
{
    public OpenAiError Error => error;

    public static RequestRefusedException Invalid(string? param, string message) => new(OpenAiError.Invalid(param, OpenAiError.InvalidValue, message));

    public static RequestRefusedException Missing(string param, string message) => new(OpenAiError.Invalid(param, OpenAiError.Missing, message));

    public static RequestRefusedException Unsupported(string param, string message) => new(OpenAiError.Invalid(param, OpenAiError.Unsupported, message));
}
