using System.Diagnostics;
using CloudIa.Local.StandIns;
using CloudIa.Tests.Transport;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>
/// A host of the sending saga on SQS, SNS and Redis, as a process of its own: this very program, started with a test that is run only by name. It
/// kills itself with signal 9 at the point that it was given.
/// </summary>
public sealed class KilledHost
{
    /// <summary>Seconds until SQS hands an event of a dead host to the next one.</summary>
    private const string VisibilityTimeout = "2";

    private const string Variable = "CLOUDIA_TESTS_KILLED_HOST";

    public static string SagaQueue(string scope) => $"{scope}-sending";

    public static string TellQueue(string scope) => $"{scope}-tell";

    public static string NoteQueue(string scope) => $"{scope}-note.fifo";

    /// <summary>The same host, in this process.</summary>
    internal static async Task<TestBus> StartAsync(Uri sqs, string scope, IConnectionMultiplexer redis, string prefix, Crash crash)
    {
        var bus = await new StandInBackend(sqs).CreateAsync(scope: scope, configure: _ => { }, register: x =>
        {
            x.AddSingleton(new Meanwhile
            {
                ActAsync = crash.WhileHandling,
                TellAddress = new Uri($"queue:{TellQueue(scope)}"),
                NoteAddress = new Uri($"queue:{NoteQueue(scope)}"),
            });
            x.AddSendObserver(_ => crash);
            x.AddSagaStateMachine<SendingStateMachine, SendingSaga>().Endpoint(e => e.Name = SagaQueue(scope)).RedisRepository(r =>
            {
                r.ConnectionFactory(() => redis);
                r.KeyPrefix = prefix;
                r.UseOutbox();
            });
            x.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                if (endpoint is IAmazonSqsReceiveEndpointConfigurator queue)
                {
                    queue.WaitTimeSeconds = 1;
                    queue.QueueAttributes["VisibilityTimeout"] = VisibilityTimeout;
                }

                endpoint.UseFilter(new CrashFilter(crash));
            });
        });
        await bus.Control.StartAsync();
        return bus;
    }

    /// <summary>Returns while it starts.</summary>
    internal static ChildProcess StartProcess(Uri sqs, string scope, string redis, string prefix, CrashPoint point) => ChildProcess.Start(
        new ChildProcessStart
        {
            Name = "killed-host",
            FileName = "env",
            Arguments =
            [
                $"{Variable}={string.Join('|', sqs, scope, redis, prefix, point)}", Environment.ProcessPath!,
                "-explicit", "only", "-method", $"{typeof(KilledHost).FullName}.{nameof(Handles_events_until_it_kills_itself)}",
            ],
            WorkingFolder = AppContext.BaseDirectory,
        },
        TimeProvider.System);

    [Fact(Explicit = true)]
    public async Task Handles_events_until_it_kills_itself()
    {
        var settings = Environment.GetEnvironmentVariable(Variable)?.Split('|');
        Assert.SkipWhen(settings is null, "It is a part of OutboxKillTests.");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(settings[2]);
        var crash = new Crash(Enum.Parse<CrashPoint>(settings[4]), () => Process.GetCurrentProcess().Kill());

        await using var bus = await StartAsync(new Uri(settings[0]), settings[1], redis, settings[3], crash);

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }
}
