using CloudIa.Bench;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Workers;

if (args is [WorkerOptions.Verb, ..])
{
    await new WorkerProgram(WorkerOptions.Parse(args), Console.In, Console.Out).RunAsync();
    return 0;
}

if (BenchArguments.AskForHelp(args))
{
    await Console.Out.WriteAsync(BenchArguments.Usage);
    return 0;
}

try
{
    await BenchProgram.RunAsync(BenchArguments.Parse(args), Console.Out, Console.Error);
    return 0;
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
