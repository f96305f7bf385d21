using CloudIa.Local.StandIns;

namespace CloudIa.Local;

/// <summary>SQS/SNS, DynamoDB and Redis for services on this machine, and the configuration that leads the services to them.</summary>
/// <remarks>Stop the services first: a consumer whose queue is gone only fails.</remarks>
public sealed partial class LocalEnvironment : IAsyncDisposable
{
    private const string Region = "us-east-1";

    /// <summary>Access key and secret key: stand-ins look at neither, but the SDK wants some.</summary>
    private const string Key = "local";

    private const string WaitTime = "Messaging:WaitTimeSeconds";

    /// <summary>In seconds, where nothing is configured. A stop waits for the polls that run.</summary>
    private const string ShortPoll = "2";

    private readonly List<IStandIn> _standIns = [];
    private readonly Dictionary<string, string?> _values = [];

    private LocalEnvironment()
    {
    }

    /// <summary>Configuration keys (<c>Messaging:ServiceUrl</c>) and values for what was started; nothing for what was configured.</summary>
    public IReadOnlyDictionary<string, string?> Values => _values;

    public IReadOnlyList<IStandIn> StandIns => _standIns;

    /// <summary>Completes when one of them died, with a sentence about how.</summary>
    public Task<string> Died => Task.WhenAny(_standIns.Select(x => x.Died)).Unwrap();

    /// <summary><see cref="Values"/> in the form of environment variables, for services in processes of their own.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentVariables =>
        _values.ToDictionary(x => "CLOUDIA_" + x.Key.Replace(":", "__", StringComparison.Ordinal), x => x.Value);

    /// <exception cref="StandInException">One could not be installed or started; what was started is stopped again.</exception>
    public static async Task<LocalEnvironment> StartAsync(LocalEnvironmentOptions options, CancellationToken ct = default)
    {
        var environment = new LocalEnvironment();
        try
        {
            await environment.StartMissingAsync(options, ct);

            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var standIn in _standIns)
        {
            await standIn.DisposeAsync();
        }
    }

    private async Task StartMissingAsync(LocalEnvironmentOptions options, CancellationToken ct)
    {
        var configured = options.Configured;
        var messaging = IsFree(configured, "Messaging:ServiceUrl", "Messaging:Region");
        var store = IsFree(configured, "Store:ServiceUrl", "Store:Region");
        var redis = IsFree(configured, "Redis:ConnectionString");

        List<Task> starts = [];
        if (messaging || store)
        {
            var installed = await StandInsInstaller.InstallAsync(
                new() { DataFolder = options.InstallFolder, Logger = options.Logger, Time = options.Time }, ct);
            if (messaging)
            {
                starts.Add(StartAsync(() => SqsSnsStandIn.StartAsync(installed, For(options, "sqs"), ct), sqs => AddMessaging(sqs, configured), options));
            }

            if (store)
            {
                starts.Add(StartAsync(() => DynamoDbStandIn.StartAsync(installed, For(options, "dynamodb"), ct), AddStore, options));
            }
        }

        if (redis)
        {
            starts.Add(StartAsync(
                () => GarnetStandIn.StartAsync(For(options, "redis"), ct),
                garnet => _values["Redis:ConnectionString"] = garnet.ConnectionString,
                options));
        }

        // All of them, also where one has failed: what comes up later is to be stopped, too.
        await Task.WhenAll(starts);
    }

    private async Task StartAsync<T>(Func<Task<T>> start, Action<T> addValues, LocalEnvironmentOptions options)
        where T : IStandIn
    {
        var started = options.Time.GetTimestamp();
        var standIn = await start();
        lock (_values)
        {
            _standIns.Add(standIn);
            addValues(standIn);
        }

        Log.Started(options.Logger, standIn.Name, standIn.Port, options.Time.GetElapsedTime(started).TotalSeconds);
    }

    private void AddMessaging(SqsSnsStandIn sqs, IConfiguration? configured)
    {
        Add("Messaging", sqs.ServiceUrl);
        if (string.IsNullOrEmpty(configured?[WaitTime]))
        {
            _values[WaitTime] = ShortPoll;
        }
    }

    private void AddStore(DynamoDbStandIn dynamoDb) => Add("Store", dynamoDb.ServiceUrl);

    private void Add(string section, Uri serviceUrl)
    {
        _values[section + ":ServiceUrl"] = serviceUrl.ToString();
        _values[section + ":Region"] = Region;
        _values[section + ":AccessKey"] = Key;
        _values[section + ":SecretKey"] = Key;
    }

    private static StandInOptions For(LocalEnvironmentOptions options, string subfolder) => new()
    {
        DataFolder = options.DataFolder is null ? null : Path.Combine(options.DataFolder, subfolder),
        // On a machine that has two cores and builds at the same time.
        StartTimeout = TimeSpan.FromMinutes(1),
        Logger = options.Logger,
        Time = options.Time,
    };

    private static bool IsFree(IConfiguration? configured, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (!string.IsNullOrEmpty(configured?[key]))
            {
                return false;
            }
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Name} runs on 127.0.0.1:{Port}, after {Seconds:0.0} s.")]
        public static partial void Started(ILogger logger, string name, int port, double seconds);
    }
}
