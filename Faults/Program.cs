using System.Runtime.InteropServices;
using CloudIa.Faults;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Reporting;

const int Terminated = 143;

// The proxies' hosts would take the signals for themselves, and the run go on. What was started ends with this process.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(Terminated));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(Terminated));
try
{
    var options = FaultArguments.Parse(args);
    if (options.Mistakes is { } mistakes)
    {
        var results = await FaultProgram.RunMistakesAsync(options, mistakes, Console.Error, TimeProvider.System);
        var table = MarkdownReport.Write(results);
        await Console.Out.WriteLineAsync(table);
        if (options.WriteDocs)
            await File.WriteAllTextAsync(Checkout.Document, ReliabilityDocument.Mistakes.Replace(await File.ReadAllTextAsync(Checkout.Document), table));
        return results.All(x => x.IsCaught) ? 0 : 1;
    }

    var report = await FaultProgram.RunAsync(options, Console.Out, Console.Error, TimeProvider.System);
    return report.Findings == 0 ? 0 : 1;
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
