using CloudIa.Local.StandIns;
using CloudIa.ServiceDefaults;

namespace CloudIa.Local.Hosting;

/// <summary>A host as a local run wants it: in Development, on loopback, configured from next to the program.</summary>
internal static class LocalBuilder
{
    /// <exception cref="StandInException">The environment is not Development.</exception>
    public static WebApplicationBuilder Create(string[] args)
    {
        var fromOutside = new ConfigurationBuilder()
            .AddEnvironmentVariables("DOTNET_")
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddCommandLine(args)
            .Build()[HostDefaults.EnvironmentKey];

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // Without launch settings ASP.NET would take Production.
            EnvironmentName = fromOutside ?? Environments.Development,
            // Its settings are there, from wherever it is started.
            ContentRootPath = AppContext.BaseDirectory,
        });
        if (!builder.Environment.IsDevelopment())
        {
            throw new StandInException(
                $"The environment is '{builder.Environment.EnvironmentName}'. Local is for Development only: it has no login, and its stand-ins keep nothing safe. " +
                "Unset ASPNETCORE_ENVIRONMENT and DOTNET_ENVIRONMENT, or run the services by themselves: Api, Notifier, Processor, Sagas.");
        }

        builder.Configuration.AddEnvironmentVariables(ServiceDefaultsExtensions.EnvironmentPrefix).AddCommandLine(args);

        return builder;
    }

    /// <summary>For what happens before there is a host; written as the host's logs are.</summary>
    public static ILoggerFactory CreateLoggers(IConfiguration configuration) => LoggerFactory.Create(logging => logging
        .AddConfiguration(configuration.GetSection("Logging"))
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }));
}
