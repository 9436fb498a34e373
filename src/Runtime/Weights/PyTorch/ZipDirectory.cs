using System.Buffers.Binary;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>One entry of a zip archive.</summary>
/// <param name="Name">Its path within the archive.</param>
/// <param name="Method">How it is compressed: 0 for not at all.</param>
/// <param name="IsEncrypted">Whether it is encrypted.</param>
/// <param name="Stored">Bytes in the archive.</param>
/// <param name="Length">Bytes when unpacked.</param>
/// <param name="Header">Where its local header lies.</param>
internal sealed record ZipEntry(string Name, int Method, bool IsEncrypted, long Stored, long Length, long Header);

/// <summary>
/// The entries of a zip archive and where their bytes lie, which <c>System.IO.Compression.ZipArchive</c> does not tell:
/// tensors are read at their place, straight from the file. Only uncompressed entries can be read, which is all that
/// PyTorch writes: nothing ever becomes larger than it is in the file. Nothing is unpacked to the disk.
/// </summary>
/// <remarks>Layout: PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end).</remarks>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int EntryBytes = 46;
    private const int LocalBytes = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int MostBytes = 1 << 26;
    private const ushort Zip64Extra = 1;

    private readonly string _file;
    private readonly ByteSource _source;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);
    private readonly long _start;

    /// <exception cref="WeightFileException">The directory is missing or invalid.</exception>
    public ZipDirectory(string file, ByteSource source)
    {
        _file = file;
        _source = source;
        (_start, long length, long count) = FindDirectory();
        if (length > MostBytes)
            throw Invalid(_start, $"its directory has {length} bytes, more than {MostBytes}");
        var directory = new byte[length];
        source.ReadExactly(file, _start, directory, "the zip directory");
        int at = 0;
        for (long i = 0; i < count; i++)
            at += ReadEntry(directory, at);
        if (at != directory.Length)
            throw Invalid(_start + at, $"its directory has {directory.Length} bytes, of which {count} entries take {at}");
    }

    /// <summary>The entries, by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>Where an entry's bytes begin in the file; as many as its length are there.</summary>
    /// <exception cref="WeightFileException">It is compressed or encrypted, or lies outside the file.</exception>
    public long Locate(ZipEntry entry)
    {
        string quoted = Text.Quote(entry.Name);
        if (entry.Method != 0 || entry.IsEncrypted)
        {
            string how = entry.IsEncrypted ? "encrypted" : $"compressed (method {entry.Method})";
            throw Invalid(entry.Header, $"entry {quoted} is {how}: PyTorch stores its entries as they are, and only such are read");
        }
        Span<byte> local = stackalloc byte[LocalBytes];
        _source.ReadExactly(_file, entry.Header, local, $"the zip header of {quoted}");
        if (!local.StartsWith("PK\x03\x04"u8))
            throw Invalid(entry.Header, $"entry {quoted} has no header where the directory says");
        long start = entry.Header + LocalBytes + Word(local, 26) + Word(local, 28);
        if (entry.Stored != entry.Length || start > _start - entry.Length)
            throw Invalid(start, $"entry {quoted} of {entry.Length} bytes does not fit before the directory at byte {_start}");
        return start;
    }

    private (long Start, long Length, long Count) FindDirectory()
    {
        int length = (int)Math.Min(_source.Length, EndBytes + LongestComment);
        var tail = new byte[length];
        long tailStart = _source.Length - length;
        _source.ReadExactly(_file, tailStart, tail, "the end of the zip directory");
        for (int at = length - EndBytes; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (!end.StartsWith("PK\x05\x06"u8) || EndBytes + Word(end, 20) != end.Length)
                continue;
            long endAt = tailStart + at;
            (long start, long bytes, long count) = (Double(end, 16), Double(end, 12), Word(end, 10));
            if (start == uint.MaxValue || bytes == uint.MaxValue || count == ushort.MaxValue)
                (start, bytes, count) = FindLargeDirectory(endAt);
            if (Word(end, 4) != 0 || Word(end, 6) != 0)
                throw Invalid(endAt, "it is spread over several volumes");
            if (start < 0 || bytes < 0 || count < 0 || start > endAt - bytes)
                throw Invalid(endAt, $"its directory of {bytes} bytes at byte {start} does not fit before byte {endAt}");
            return (start, bytes, count);
        }
        throw new WeightFileException(_file, $"the file is cut short: it begins as a zip archive, but does not end with its directory at byte {_source.Length}")
        {
            Offset = _source.Length,
        };
    }

    private (long Start, long Length, long Count) FindLargeDirectory(long endAt)
    {
        Span<byte> locator = stackalloc byte[LocatorBytes];
        if (endAt >= LocatorBytes)
            _source.ReadExactly(_file, endAt - LocatorBytes, locator, "the place of the zip64 directory");
        long at = Quad(locator, 8);
        if (!locator.StartsWith("PK\x06\x07"u8) || at < 0 || at > endAt - LocatorBytes - End64Bytes)
            throw Invalid(endAt, "its zip64 directory has no place");
        Span<byte> end = stackalloc byte[End64Bytes];
        _source.ReadExactly(_file, at, end, "the end of the zip64 directory");
        if (!end.StartsWith("PK\x06\x06"u8))
            throw Invalid(at, "its zip64 directory does not end where it should");
        return (Quad(end, 48), Quad(end, 40), Quad(end, 32));
    }

    private int ReadEntry(byte[] directory, int at)
    {
        ReadOnlySpan<byte> entry = directory.AsSpan(at);
        if (entry.Length < EntryBytes || !entry.StartsWith("PK\x01\x02"u8))
            throw Invalid(_start + at, "an entry of its directory is broken");
        int name = Word(entry, 28), extra = Word(entry, 30), total = EntryBytes + name + extra + Word(entry, 32);
        if (entry.Length < total)
            throw Invalid(_start + at, "an entry of its directory is cut short");

        long length = Double(entry, 24), stored = Double(entry, 20), header = Double(entry, 42);
        ReadOnlySpan<byte> large = LargeNumbers(entry.Slice(EntryBytes + name, extra));
        TakeLarge(ref length, ref large, at);
        TakeLarge(ref stored, ref large, at);
        TakeLarge(ref header, ref large, at);
        if (length < 0 || stored < 0 || header < 0 || header > _start - LocalBytes)
            throw Invalid(_start + at, "an entry of its directory lies outside the file");

        string text = Encoding.UTF8.GetString(entry.Slice(EntryBytes, name));
        var found = new ZipEntry(text, Word(entry, 10), (Word(entry, 8) & 1) != 0, stored, length, header);
        if (!_entries.TryAdd(text, found))
            throw Invalid(_start + at, $"entry {Text.Quote(text)} is there twice");
        return total;
    }

    // The fields that do not fit into 32 bits follow each other in an extra field, in the order of the entry's.
    private static ReadOnlySpan<byte> LargeNumbers(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(Word(extra, 2), extra.Length - 4);
            if (Word(extra, 0) == Zip64Extra)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private void TakeLarge(ref long value, ref ReadOnlySpan<byte> large, int at)
    {
        if (value != uint.MaxValue)
            return;
        if (large.Length < sizeof(long))
            throw Invalid(_start + at, "an entry of its directory lacks its zip64 numbers");
        value = Quad(large, 0);
        large = large[sizeof(long)..];
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    }

    private static long Double(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    }

    private static long Quad(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
    }

    private WeightFileException Invalid(long offset, string reason)
    {
        return new WeightFileException(_file, $"the zip archive is invalid at byte {offset}: {reason}") { Offset = offset };
    }
}
