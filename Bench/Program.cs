using CloudIa.Bench;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Listening;
using CloudIa.Bench.Workers;

if (args is [WorkerOptions.Verb, ..])
{
    await new WorkerProgram(WorkerOptions.Parse(args), Console.In, Console.Out).RunAsync();
    return 0;
}

if (args is [ListenerHosts.Verb, ..])
{
    await ListenerHostProgram.RunAsync(args);
    return 0;
}

var listening = args is [ListeningOptions.Verb, ..];
if (BenchArguments.AskForHelp(args))
{
    await Console.Out.WriteAsync(listening ? ListeningOptions.Usage : BenchArguments.Usage);
    return 0;
}

try
{
    await (listening
        ? ListeningBench.RunAsync(ListeningOptions.Parse(args[1..]), Console.Out, Console.Error)
        : BenchProgram.RunAsync(BenchArguments.Parse(args), Console.Out, Console.Error));
    return 0;
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
