using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>The processor that the calling thread runs on: Linux tells, and moves a thread that asks. Elsewhere it is <see cref="Unknown"/>, and stays.</summary>
internal static unsafe partial class ThreadProcessor
{
    /// <summary>The system does not say.</summary>
    public const int Unknown = -1;

    // cpu_set_t of the C libraries. A machine with more processors refuses so short a set, and its threads stay where they are.
    private const int SetWords = 1024 / 64;

    /// <summary>The processor at this moment, counted from 0.</summary>
    public static int Current => OperatingSystem.IsLinux() ? sched_getcpu() : Unknown;

    /// <summary>Moves the calling thread away from a processor, if it is there. From then on it may be moved anywhere where it might run before.</summary>
    /// <param name="processor">The processor to leave to another thread; <see cref="Unknown"/> is none.</param>
    /// <returns>Where it runs now: still there, if it may run on no other.</returns>
    public static int Leave(int processor)
    {
        int here = Current;
        if (here != processor || here is < 0 or >= SetWords * 64)
            return here;
        ulong* allowed = stackalloc ulong[SetWords];
        if (sched_getaffinity(0, SetWords * sizeof(ulong), allowed) < 0)
            return here;
        ulong mine = 1UL << here % 64;
        allowed[here / 64] &= ~mine;
        // A set without any processor is refused.
        if (sched_setaffinity(0, SetWords * sizeof(ulong), allowed) == 0)
            here = sched_getcpu();
        allowed[processor / 64] |= mine;
        _ = sched_setaffinity(0, SetWords * sizeof(ulong), allowed);
        return here;
    }

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial int sched_getcpu();

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nuint bytes, ulong* processors);

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ulong* processors);
}
