using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CloudIa.Faults.Processes;

/// <summary>Unix signals that .NET has no word for.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>One that has ended gets none, without an error.</summary>
    public static void Send(Process process, int signal)
    {
        if (!process.HasExited && Send(process.Id, signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
            throw new Win32Exception(error);
    }

#pragma warning disable SYSLIB1054 // Source-generated marshalling needs unsafe code for two numbers.
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Send(int processId, int signal);
#pragma warning restore SYSLIB1054
}
