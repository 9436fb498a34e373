using System.Runtime.InteropServices;

namespace EfficientNet.Reliability.Tests.Support;

/// <summary>What Linux lets a process have at most.</summary>
internal sealed partial class ProcessLimit
{
    private readonly int _resource;

    private ProcessLimit(int resource) => _resource = resource;

    /// <summary>Bytes of address space: RLIMIT_AS.</summary>
    public static ProcessLimit AddressSpace { get; } = new(9);

    /// <summary>Bytes of a file that is written: RLIMIT_FSIZE.</summary>
    public static ProcessLimit FileLength { get; } = new(1);

    /// <summary>Sets it. It can be taken away again.</summary>
    public void Set(nuint bytes)
    {
        nuint[] limits = new nuint[2];
        if (getrlimit(_resource, limits) != 0 || setrlimit(_resource, [bytes, limits[1]]) != 0) throw new InvalidOperationException("no limit could be set");
    }

    /// <summary>Takes it away, as far as the process may.</summary>
    public void Lift()
    {
        nuint[] limits = new nuint[2];
        if (getrlimit(_resource, limits) != 0 || setrlimit(_resource, [limits[1], limits[1]]) != 0) throw new InvalidOperationException("no limit could be lifted");
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, [Out] nuint[] limits);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, nuint[] limits);
}
