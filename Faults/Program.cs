using System.Runtime.InteropServices;
using CloudIa.Faults;
using CloudIa.Faults.Configuration;

const int Terminated = 143;

// The proxies' hosts would take the signals for themselves, and the run go on. What was started ends with this process.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(Terminated));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(Terminated));
try
{
    var report = await FaultProgram.RunAsync(FaultArguments.Parse(args), Console.Out, Console.Error, TimeProvider.System);
    return report.Findings == 0 ? 0 : 1;
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
