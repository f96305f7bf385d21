using System.Globalization;
using System.Text.Json;
using CloudIa.Bench.Configuration;

namespace CloudIa.Bench.Reporting;

/// <summary>Where a run's figures go.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Every sample, as JSON.</summary>
    /// <param name="suffix">Of the file's name, where none is given.</param>
    public static async Task KeepAsync<T>(T result, Machine machine, string suffix, string? file, TextWriter progress)
    {
        var path = Path.GetFullPath(file ?? Path.Combine(Checkout.ResultsFolder, string.Create(CultureInfo.InvariantCulture, $"{machine.At:yyyyMMdd-HHmmss}{suffix}.json")));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(result, Json));
        await progress.WriteLineAsync($"Figures: {path}");
    }

    /// <summary>Tables, to the terminal and into docs/performance.md.</summary>
    /// <param name="part">See <see cref="PerformanceDocument"/>.</param>
    public static async Task ShowAsync(string text, string part, bool writeDocs, TextWriter output)
    {
        await output.WriteLineAsync(text);
        if (writeDocs)
            await File.WriteAllTextAsync(Checkout.Document, PerformanceDocument.Replace(await File.ReadAllTextAsync(Checkout.Document), part, text));
    }
}
