using System.Collections.Concurrent;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>Writes files so that whoever opens the path finds the old file or the whole new one, never a part.</summary>
public static class WholeFile
{
    private const string Unfinished = ".tmp";
    private const int BufferBytes = 1 << 14;

    // Of a name in UTF-8: systems take 255 bytes, and a temporary name has 17 more than what is kept of the file's.
    private const int MostBytesKept = 200;

    // What is being written now: a process that ends meanwhile takes it along.
    private static readonly ConcurrentDictionary<string, bool> Begun = new(StringComparer.Ordinal);

    static WholeFile()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveBegun();
    }

    /// <summary>Writes a file: under a temporary name in the same folder, flushed to the disk, then renamed. On failure
    /// the old one stays and the temporary one is gone.</summary>
    /// <param name="path">The file, which is replaced if it exists; of a link what it leads to. Devices and pipes are refused on Linux, which tells them.</param>
    /// <param name="write">Writes all of it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        string temporary = Temporary(target);
        Begun[temporary] = true;
        try
        {
            using (var file = new WrittenFile(temporary, FileMode.CreateNew))
            {
                KeepMode(target, file);
                using (var buffer = new BufferedStream(file, BufferBytes))
                {
                    write(buffer);
                    buffer.Flush();
                    file.Flush(flushToDisk: true);
                }
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        finally
        {
            Begun.TryRemove(temporary, out _);
        }
    }

    /// <summary>A name in the same folder that no other file has, and that begins as the file's does.</summary>
    private static string Temporary(string target)
    {
        string name = Path.GetFileName(target);
        int kept = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, kept)) > MostBytesKept)
            kept--;
        if (kept > 0 && char.IsHighSurrogate(name[kept - 1]))
            kept--;
        return Path.Combine(Path.GetDirectoryName(target)!, $"{name.AsSpan(0, kept)}.{Path.GetRandomFileName()}{Unfinished}");
    }

    /// <summary>Removes what other threads have not written to its end, where the system lets it go.</summary>
    private static void RemoveBegun()
    {
        foreach (string temporary in Begun.Keys)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Windows keeps files that are open.
            }
        }
    }

    /// <summary>Gives a file that is still empty the mode of the one that it will replace: what only its owner may read stays so.</summary>
    private static void KeepMode(string target, FileStream file)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(target))
            return;
        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not every file system has modes, and a file on one without is as private as all of them.
        }
    }

    /// <summary>What is to be replaced: a link stays, and a device is not the writer's to take away.</summary>
    private static string Target(string path)
    {
        // Of a path without a folder .NET would look for the link's target in the root.
        string target = Path.GetFullPath(path);
        // Asked before links are followed: that of /dev/stdout may lead to a pipe, which has no path.
        if (SpecialFile.Is(target))
            throw new IOException($"'{path}' is a device or a pipe, not a file");
        if (new FileInfo(target).LinkTarget is not null)
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        return target;
    }

    /// <summary>Removes what writers that were killed left of files, whole ones excepted.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Names of the files that were to be written, with wildcards.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    internal static void RemoveUnfinished(string folder, string pattern)
    {
        foreach (string file in Directory.GetFiles(folder, $"{pattern}.*{Unfinished}"))
            File.Delete(file);
    }
}
