using System.Buffers;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>
/// One input at a time, in the forms that parsers take: memory and a stream whose last byte is the last mapped one, and a file. Reading behind the end of the
/// former two ends the process at once.
/// </summary>
/// <param name="folder">Where the file lies; whoever names it removes it, too, if the process cannot. Null for a new one.</param>
internal sealed unsafe class FuzzInput(string? folder = null) : MemoryManager<byte>
{
    private const int Room = 1 << 20;

    // In memory where the system has such a folder: half of the targets write a file for each input.
    private const string MemoryFolder = "/dev/shm";

    private readonly string _folder = folder is not null ? Directory.CreateDirectory(folder).FullName
        : Directory.Exists(MemoryFolder) ? Directory.CreateDirectory(Path.Combine(MemoryFolder, $"efficientnet-fuzz-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("efficientnet-fuzz-").FullName;

    private GuardedBuffer _buffer = new(Room / sizeof(float), Guard.After);
    private byte[] _bytes = [];

    /// <summary>The input's bytes.</summary>
    public byte[] Bytes
    {
        get => _bytes;
        set
        {
            if (value.Length > _buffer.Length * sizeof(float))
            {
                ((IDisposable)_buffer).Dispose();
                _buffer = new GuardedBuffer((value.Length / sizeof(float)) + 1, Guard.After);
            }

            _bytes = value;
            value.CopyTo(GetSpan());
        }
    }

    /// <summary>The folder that holds the file, and nothing that a target did not put there.</summary>
    public string Folder => _folder;

    /// <summary>A stream over the guarded bytes.</summary>
    public Stream OpenStream() => new UnmanagedMemoryStream(Start, _bytes.Length);

    /// <summary>Writes the input as a file.</summary>
    /// <returns>Its path.</returns>
    public string WriteFile(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, _bytes);
        return path;
    }

    public override Span<byte> GetSpan() => new(Start, _bytes.Length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(Start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        ((IDisposable)_buffer).Dispose();
        if (disposing) Directory.Delete(_folder, recursive: true);
    }

    private byte* Start => (byte*)(_buffer.Pointer + _buffer.Length) - _bytes.Length;
}
