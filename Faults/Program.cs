using CloudIa.Faults;
using CloudIa.Faults.Configuration;

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
