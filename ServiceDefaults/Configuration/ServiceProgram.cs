using Microsoft.AspNetCore.Builder;

namespace CloudIa.ServiceDefaults;

/// <summary>The life of a service's process.</summary>
public static class ServiceProgram
{
    private const int Failed = 1;

    /// <summary>Builds a service and runs it until it is told to stop. Where its settings are wrong it says so, one in a line, and does not start.</summary>
    /// <param name="args">The command line: settings.</param>
    /// <param name="name">The service's name in traces, metrics and logs.</param>
    /// <param name="add">Its services and its bus.</param>
    /// <param name="map">Its endpoints. Called when the settings are known to be right: what is looked up here may be made with them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, string name, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(map);
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            builder.AddServiceDefaults(name);
            add(builder);
            await using var app = builder.Build();
            app.CheckSettings();
            app.MapDefaultEndpoints();
            map(app);
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
    }
}
