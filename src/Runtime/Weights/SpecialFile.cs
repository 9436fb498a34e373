using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>Tells devices and pipes from files, which .NET does not.</summary>
internal static unsafe partial class SpecialFile
{
    private const int WorkingDirectory = -100, TypeOnly = 1, StatusBytes = 256, ModeAt = 28, TypeBits = 0xF000, Regular = 0x8000, Folder = 0x4000;

    /// <summary>Whether something is there that is neither file nor folder; links are followed. Only Linux tells.</summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        byte* status = stackalloc byte[StatusBytes];
        try
        {
            return statx(WorkingDirectory, path, 0, TypeOnly, status) == 0 && (*(ushort*)(status + ModeAt) & TypeBits) is not (Regular or Folder);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* status);
}
