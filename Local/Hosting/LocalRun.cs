using System.ComponentModel.DataAnnotations;
using CloudIa.Local.Configuration;
using CloudIa.Local.StandIns;
using CloudIa.ServiceDefaults;
using CloudIa.Store;

namespace CloudIa.Local.Hosting;

/// <summary>One local run, from the installation to the last child's end.</summary>
internal static partial class LocalRun
{
    private const int Failed = 1;
    private const string Providers = "Llm:Providers";

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
        catch (Exception e) when (e is StandInException or ValidationException or SettingsException)
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

        await using var gateway = options.ApiGateway ? await ApiGatewayStandIn.StartAsync(new() { Logger = logger }) : null;
        await using var app = Build(builder, args, environment, listener, gateway);
        app.CheckSettings();
        app.MapDefaultEndpoints();
        app.MapAllServices();
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
            if (gateway is not null)
            {
                gateway.Targets = [new Uri(address)];
                Log.Gateway(logger, gateway.Address);
            }

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

    private static WebApplication Build(WebApplicationBuilder builder, string[] args, LocalEnvironment environment, LoopbackListener listener, ApiGatewayStandIn? gateway)
    {
        builder.AddServiceDefaults("local");
        // After what that adds: the command line has the last word, but for what was started because nothing was configured.
        builder.Configuration.AddCommandLine(args).AddInMemoryCollection(environment.Values).AddInMemoryCollection(gateway?.Values);
        if (!builder.Configuration.GetSection(Providers).GetChildren().Any())
        {
            // What Processor takes by itself, said, so that Api knows it as well and lists the model.
            builder.Configuration.AddInMemoryCollection([new($"{Providers}:0:Type", "echo")]);
        }

        listener.Serve(builder.WebHost);

        builder.Services.AddHostedService<DotnetRunWatch>();
        builder.AddAllServices();

        return builder.Build();
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

        [LoggerMessage(6, LogLevel.Information, "API Gateway's stand-in takes WebSocket clients at {Address}")]
        public static partial void Gateway(ILogger logger, Uri address);

        [LoggerMessage(5, LogLevel.Information, "Stopping: what has begun is finished first …")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(4, LogLevel.Critical, "Stopping, because without it nothing goes on: {What}")]
        public static partial void Died(ILogger logger, string what);
    }
}
