using System.ComponentModel.DataAnnotations;
using CloudIa.Api;
using CloudIa.Local.Configuration;
using CloudIa.Local.StandIns;
using CloudIa.Notifier;
using CloudIa.Processor;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Local.Hosting;

/// <summary>One local run, from the installation to the last child's end.</summary>
internal static partial class LocalRun
{
    private const int Failed = 1;

    /// <summary>Garnet, StackExchange.Redis and the consumers' first burst stall on two cores' default of two threads.</summary>
    private const int MinThreads = 16;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ThreadPool.SetMinThreads(MinThreads, MinThreads);
        try
        {
            return await RunAsync(LocalBuilder.Create(args), args);
        }
        catch (Exception e) when (e is StandInException or ValidationException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(e.Message);

            return Failed;
        }
    }

    private static async Task<int> RunAsync(WebApplicationBuilder builder, string[] args)
    {
        var started = TimeProvider.System.GetTimestamp();
        var options = Options(builder.Configuration);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);

        using var data = DataFolder.Take(options.DataFolder);
        using var loggers = LocalBuilder.CreateLoggers(builder.Configuration);
        var logger = loggers.CreateLogger("CloudIa.Local");
        await using var environment = await LocalEnvironment.StartAsync(new()
        {
            InstallFolder = options.InstallFolder ?? data.FullName,
            DataFolder = Path.Combine(data.FullName, "data"),
            Configured = builder.Configuration,
            Logger = logger,
        });

        using var listener = LoopbackListener.Take(options.Port);
        if (listener.Port != options.Port)
        {
            Log.PortTaken(logger, options.Port, listener.Port);
        }

        await using var app = Build(builder, args, environment, listener);
        Log.CreatingTable(logger);
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(CancellationToken.None);
        Log.StartingServices(logger);
        await app.StartAsync();

        app.Lifetime.ApplicationStopping.Register(() => Log.Stopping(logger));
        var died = StopWhenOneDiesAsync(app, environment, logger);
        if (await BecomesReadyAsync(app, logger))
        {
            var address = $"http://localhost:{listener.Port}";
            data.SayWhoHasIt(address);
            Banner.Write(Console.Out, address, data.FullName, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }

        await app.WaitForShutdownAsync();

        return died.IsCompleted ? Failed : 0;
    }

    /// <exception cref="StandInException">A setting is not of its type.</exception>
    private static LocalOptions Options(ConfigurationManager configuration)
    {
        try
        {
            return configuration.GetSection(LocalOptions.Section).Get<LocalOptions>() ?? new();
        }
        catch (InvalidOperationException e)
        {
            throw new StandInException($"A setting of Local is not of its type: {e.Message} See docs/local.md.");
        }
    }

    private static WebApplication Build(WebApplicationBuilder builder, string[] args, LocalEnvironment environment, LoopbackListener listener)
    {
        builder.AddServiceDefaults("local");
        // After what that adds: the command line has the last word, but for what was started because nothing was configured.
        builder.Configuration.AddCommandLine(args).AddInMemoryCollection(environment.Values);
        listener.Serve(builder.WebHost);

        builder.Services.AddHostedService<DotnetRunWatch>();
        builder.AddApi();
        builder.AddNotifier();
        builder.AddProcessor();
        builder.AddSagas();
        builder.AddBus(bus =>
        {
            SagasServices.AddSagas(bus);
            ProcessorServices.AddConsumers(bus);
            NotifierServices.AddConsumers(bus);
        }, SagasServices.AddEndpoints);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapApi();
        app.MapNotifier();

        return app;
    }

    /// <returns>False: it was stopped before.</returns>
    private static async Task<bool> BecomesReadyAsync(WebApplication app, ILogger logger)
    {
        try
        {
            await Readiness.WaitAsync(app.Services, logger, app.Lifetime.ApplicationStopping);

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task StopWhenOneDiesAsync(WebApplication app, LocalEnvironment environment, ILogger logger)
    {
        Log.Died(logger, await environment.Died);
        app.Lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Port {Wanted} is taken by another program on this machine; using {Port}.")]
        public static partial void PortTaken(ILogger logger, int wanted, int port);

        [LoggerMessage(2, LogLevel.Information, "Looking for the table, and creating it where it is missing …")]
        public static partial void CreatingTable(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "Starting the services, and creating queues and topics where they are missing …")]
        public static partial void StartingServices(ILogger logger);

        [LoggerMessage(5, LogLevel.Information, "Stopping: what has begun is finished first …")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(4, LogLevel.Critical, "Stopping, because without it nothing goes on: {What}")]
        public static partial void Died(ILogger logger, string what);
    }
}
