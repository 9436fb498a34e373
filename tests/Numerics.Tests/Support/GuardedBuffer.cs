using System.Runtime.InteropServices;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>On which side of a buffer the unmapped page lies.</summary>
internal enum Guard
{
    /// <summary>The last float is the last mapped one: reading or writing past the end is a fault.</summary>
    After,

    /// <summary>The first float is the first mapped one: reading or writing before the start is a fault.</summary>
    Before,
}

/// <summary>Floats between two pages that may not be touched; zeroed. A kernel that oversteps ends the test process at once.</summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private readonly nint _region;
    private readonly nuint _mapped;

    public GuardedBuffer(long length, Guard guard)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint bytes = (nuint)length * sizeof(float);
        nuint data = (bytes + page - 1) / page * page;
        _mapped = data + 2 * page;
        _region = Map(_mapped);
        Forbid(_region, page);
        Forbid(_region + (nint)(page + data), page);
        nint start = _region + (nint)page;
        Length = length;
        Pointer = (float*)(guard == Guard.After ? start + (nint)(data - bytes) : start);
    }

    public long Length { get; }

    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <summary>What memory holds where nothing was written: a NaN that no arithmetic makes.</summary>
    public static float Sentinel { get; } = BitConverter.Int32BitsToSingle(0x7FC0BEEF);

    /// <summary>Floats of a page.</summary>
    public static long PageFloats { get; } = Environment.SystemPageSize / sizeof(float);

    /// <summary>Where the page before or after the buffer begins, which may not be touched.</summary>
    public nint Forbidden(Guard guard) => guard == Guard.Before ? _region : _region + (nint)(_mapped - (nuint)Environment.SystemPageSize);

    public static GuardedBuffer Of(ReadOnlySpan<float> values, Guard guard)
    {
        var buffer = new GuardedBuffer(values.Length, guard);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Forbids the whole pages between two floats, which are pages' first.</summary>
    public void Forbid(long at, long floats) => Forbid((nint)(Pointer + at), (nuint)floats * sizeof(float));

    public void Dispose()
    {
        if (OperatingSystem.IsWindows()) VirtualFree(_region, 0, 0x8000 /* MEM_RELEASE */);
        else munmap(_region, _mapped);
    }

    private static nint Map(nuint bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            nint memory = VirtualAlloc(0, bytes, 0x3000 /* MEM_COMMIT | MEM_RESERVE */, 0x04 /* PAGE_READWRITE */);
            return memory != 0 ? memory : throw new OutOfMemoryException($"VirtualAlloc of {bytes} bytes");
        }

        int anonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
        nint mapped = mmap(0, bytes, 3 /* PROT_READ | PROT_WRITE */, 0x02 /* MAP_PRIVATE */ | anonymous, -1, 0);
        return mapped != -1 ? mapped : throw new OutOfMemoryException($"mmap of {bytes} bytes: errno {Marshal.GetLastPInvokeError()}");
    }

    private static void Forbid(nint page, nuint bytes)
    {
        bool done = OperatingSystem.IsWindows()
            ? VirtualProtect(page, bytes, 0x01 /* PAGE_NOACCESS */, out _) != 0
            : mprotect(page, bytes, 0 /* PROT_NONE */) == 0;
        if (!done) throw new InvalidOperationException($"a guard page could not be protected: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int VirtualProtect(nint address, nuint length, uint protection, out uint old);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int VirtualFree(nint address, nuint length, uint type);
}
