using System.Text.Json;
using CloudIa.Tests.JavaScript;

namespace CloudIa.Tests.OpenAi;

/// <summary>A script with OpenAI's own SDK for JavaScript, unchanged.</summary>
internal static class OpenAiScript
{
    private const string Beginning =
        """
        import OpenAI from 'openai';
        const [baseURL, user, argument] = process.argv.slice(1);
        const client = new OpenAI({ baseURL, apiKey: 'any', defaultHeaders: { 'x-dev-user': user }, maxRetries: 0 });
        const print = value => console.log(JSON.stringify(value));

        """;

    /// <param name="script">Has <c>OpenAI</c>, <c>client</c> and <c>argument</c>, and prints one value with <c>print</c>.</param>
    public static async Task<JsonElement> RunAsync(Uri baseUrl, string user, string script, string argument = "")
    {
        var printed = await NodePackage.JavaScript.RunScriptAsync(Beginning + script, baseUrl.ToString(), user, argument);
        return JsonSerializer.Deserialize<JsonElement>(printed);
    }
}
