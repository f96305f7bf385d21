using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CloudIa.ServiceDefaults.Health;

internal static class HealthReportWriter
{
    /// <summary>Names each check and what it found, so that a probe that fails says why. No exception's text: it may hold addresses.</summary>
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new Check(entry.Value.Status.ToString(), entry.Value.Status == HealthStatus.Healthy ? null : entry.Value.Description));
        return JsonSerializer.SerializeAsync(context.Response.Body, new Report(report.Status.ToString(), checks), JsonSerializerOptions.Web, context.RequestAborted);
    }

    private sealed record Report(string Status, IReadOnlyDictionary<string, Check> Checks);

    private sealed record Check(string Status, string? Description);
}
