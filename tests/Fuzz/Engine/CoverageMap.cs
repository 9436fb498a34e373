using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>
/// Which branches an input took, where the libraries beside the tests were instrumented by SharpFuzz (<c>guided.sh</c>): it counts each edge in a map of 64 KiB, as
/// AFL does. Elsewhere there is no map, and inputs are made without its guidance.
/// </summary>
internal sealed unsafe class CoverageMap
{
    private const int Edges = 1 << 16;

    private readonly byte* _counts = (byte*)NativeMemory.AllocZeroed(Edges);
    private readonly byte[] _seen = new byte[Edges];

    private CoverageMap() => BranchCounts.CountIn(_counts);

    /// <summary>A new map for the instrumented libraries, instead of the one before; null where they are none.</summary>
    public static CoverageMap? OfThisProcess() => Environment.GetEnvironmentVariable("EFFICIENTNET_FUZZ_GUIDED") == "1" ? new CoverageMap() : null;

    /// <summary>Instrumented code needs a map from the beginning: targets set up networks before a run of theirs begins.</summary>
    [ModuleInitializer]
    internal static void Begin() => OfThisProcess();

    public void Clear()
    {
        new Span<byte>(_counts, Edges).Clear();
        BranchCounts.StartInput();
    }

    /// <summary>Whether the last input took an edge, or took it a number of times, as none before; times are counted in powers of two.</summary>
    public bool HasNew()
    {
        bool found = false;
        for (int i = 0; i < Edges; i++)
        {
            if (_counts[i] == 0) continue;
            byte bucket = (byte)(1 << int.Log2(_counts[i]));
            if ((_seen[i] & bucket) != 0) continue;
            _seen[i] |= bucket;
            found = true;
        }

        return found;
    }
}
