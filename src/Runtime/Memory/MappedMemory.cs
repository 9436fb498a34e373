using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// Zeroed pages straight from the operating system, which has them back as soon as they are freed: the C library would
/// keep what was freed for later.
/// </summary>
internal static unsafe partial class MappedMemory
{
    private const int HugePage = 1 << 21;

    /// <summary>Maps whole pages.</summary>
    /// <param name="bytes">At least 1; rounded up to pages by the system.</param>
    /// <returns>The first byte, on a page's boundary; null when the memory cannot be had.</returns>
    public static void* Allocate(nuint bytes)
    {
        if (OperatingSystem.IsWindows())
            return VirtualAlloc(null, bytes, 0x3000 /* MEM_COMMIT | MEM_RESERVE */, 0x04 /* PAGE_READWRITE */);

        bool linux = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid();
        nuint mapped = Mapped(bytes);
        bool huge = linux && bytes >= HugePage;
        byte* memory = (byte*)mmap(null, huge ? mapped + HugePage : mapped, 3 /* PROT_READ | PROT_WRITE */, 0x02 /* MAP_PRIVATE */ | (linux ? 0x20 : 0x1000) /* MAP_ANONYMOUS */, -1, 0);
        if ((nint)memory == -1)
            return null;
        if (!huge)
            return memory;

        // From a huge page's boundary on; what was mapped around it goes back.
        nuint before = (nuint)(-(nint)memory) % HugePage;
        if (before > 0)
            _ = munmap(memory, before);
        memory += before;
        if (before < HugePage)
            _ = munmap(memory + mapped, HugePage - before);
        // Kernels walk through megabytes of weights. It is a wish: what it answers does not matter.
        _ = madvise(memory, mapped, 14 /* MADV_HUGEPAGE */);
        return memory;
    }

    /// <summary>Gives the pages back.</summary>
    /// <param name="memory">What <see cref="Allocate"/> gave.</param>
    /// <param name="bytes">What it was asked for.</param>
    public static void Free(void* memory, nuint bytes)
    {
        if (OperatingSystem.IsWindows())
            _ = VirtualFree(memory, 0, 0x8000 /* MEM_RELEASE */);
        else
            _ = munmap(memory, Mapped(bytes));
    }

    /// <summary>
    /// A length in whole pages. One huge page is cleared sooner than five hundred small ones: a length is rounded up to huge ones, unless a twentieth of what is
    /// mapped were for nothing: a session holds what its plan says, and no more than that above it.
    /// </summary>
    private static nuint Mapped(nuint bytes)
    {
        nuint whole = (bytes + HugePage - 1) / HugePage * HugePage;
        nuint page = (nuint)Environment.SystemPageSize;
        return whole - bytes <= whole / 20 ? whole : (bytes + page - 1) / page * page;
    }

    [LibraryImport("libc")]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);

    [LibraryImport("libc")]
    private static partial int munmap(void* address, nuint length);

    [LibraryImport("kernel32")]
    private static partial void* VirtualAlloc(void* address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(void* address, nuint size, uint type);
}
