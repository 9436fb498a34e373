using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace EfficientNet.Runtime;

/// <summary>
/// A file's bytes where the system's file cache has them, read only. Nobody may change the file meanwhile: what is changed is changed here too, and reading what was
/// cut off ends the process. So this is for those who ask for it.
/// </summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the one place; its summary has the price.")]
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a whole file.</summary>
    /// <param name="file">The open file; it may be closed afterwards.</param>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public MappedFile(SafeFileHandle file)
    {
        // The view alone keeps the mapping.
        using MemoryMappedFile whole = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = whole.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start;
    }

    /// <summary>The first byte, on a page's boundary.</summary>
    public byte* Start { get; }

    /// <summary>Gives the mapping back. Nobody may read it any more.</summary>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
