using CloudIa.Tests.JavaScript;

namespace CloudIa.Tests.TypeScript;

/// <summary>clients/typescript, installed and built once for all tests of this process.</summary>
internal static class TypeScriptClient
{
    private static readonly NodePackage Package = new(["clients", "typescript"], thenRun: "build");

    /// <summary>What the package's own tests print.</summary>
    public static Task<string> TestAsync() => Package.RunNpmScriptAsync("test");

    /// <summary>What a script prints that may import the client.</summary>
    /// <param name="script">An ES module.</param>
    /// <param name="arguments">Its <c>process.argv</c> from the second on.</param>
    public static Task<string> RunScriptAsync(string script, params string[] arguments) => Package.RunScriptAsync(script, arguments);
}
