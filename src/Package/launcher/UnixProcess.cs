using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace EfficientNet.Launcher;

/// <summary>On Unix the launcher becomes the program: the same process, with its signals, streams and exit code.</summary>
internal static class UnixProcess
{
    /// <summary>Returns only where that fails: with 1, having said why.</summary>
    public static int Become(string program, string[] arguments)
    {
        execv(program, arguments.Prepend(program).Append(null).ToArray());
        Console.Error.WriteLine(program + " cannot be started: error " + Marshal.GetLastPInvokeError() + ".");
        return 1;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int execv([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPUTF8Str)] string?[] arguments);
}
