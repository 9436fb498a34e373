using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EfficientNet.Training;

/// <summary>What a folder says about its files: a rename is one of its entries, and reaches the disk apart from the file's bytes.</summary>
internal static partial class FolderEntries
{
    private const int ReadOnly = 0;

    /// <summary>Waits until a folder's entries are on the disk. Windows writes them with the file.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        // .NET opens no folders.
        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"{folder}: cannot be opened to write its entries to the disk: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
