using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>An instruction set as the planner and the emitter see it.</summary>
/// <param name="Name">Name of the generated class that holds its kernels.</param>
/// <param name="Floats">Floats in a vector.</param>
/// <param name="Registers">Vector registers.</param>
/// <param name="TakesPanels">Whether registers suffice for tiles of several channel blocks.</param>
internal sealed record VectorIsa(string Name, int Floats, int Registers, bool TakesPanels)
{
    /// <summary>Weights that stay in the first-level cache from tile to tile, beside the inputs that pass through it.</summary>
    public const int NearWeightBytes = 24 * 1024;

    public static readonly VectorIsa Avx512 = new("Avx512", 16, 32, TakesPanels: true);

    public static readonly VectorIsa Avx2 = new("Avx2", 8, 16, TakesPanels: false);

    public static readonly VectorIsa Portable = new("Portable", 4, 16, TakesPanels: false);

    /// <summary>In order of preference.</summary>
    public static readonly VectorIsa[] All = [Avx512, Avx2, Portable];

    /// <summary>Those whose kernels a network carries, in order of preference.</summary>
    public static IEnumerable<VectorIsa> CarriedBy(ArchitectureSpec spec) => Named(spec.InstructionSets);

    /// <summary>Those whose kernels its training step carries, in order of preference.</summary>
    public static IEnumerable<VectorIsa> TrainedBy(ArchitectureSpec spec) => CarriedBy(spec).Intersect(Named(spec.TrainingInstructionSets));

    private static IEnumerable<VectorIsa> Named(EquatableArray<string> words) => All.Where(isa => words.Contains(isa.Name.ToLowerInvariant()));

    /// <summary>Whether its instructions are those of x86: the portable path has none of its own, such as fetches and shuffles.</summary>
    public bool IsX86 => !ReferenceEquals(this, Portable);

    /// <summary>
    /// Bytes of a panel's weights that a pointwise convolution works through tile after tile before it takes the next input channels: they stay in
    /// the first-level cache. On 512-bit vectors a tile is so large that weights may come from the second level at every tile, but not from beyond it
    /// (decision 0016).
    /// </summary>
    public int WeightBytesAtOnce => TakesPanels ? 256 * 1024 : NearWeightBytes;

    public int VectorsPerBlock => MapLayout.Lanes / Floats;

    /// <summary>The .NET type of a vector.</summary>
    public string Vector => $"Vector{Floats * 32}";

    /// <summary>The .NET type of half a vector.</summary>
    public string Half => $"Vector{Floats * 16}";

    /// <summary>
    /// How many vectors of a panel a tile may take at once: all of them where registers are plenty, otherwise any number whose passes do not reach beyond the panel,
    /// one block first.
    /// </summary>
    /// <param name="panelBlocks">Blocks of the panel.</param>
    /// <param name="wanted">Vectors of it that are wanted, where they are not all; passes may make more.</param>
    public int[] VectorsAtOnce(int panelBlocks, int? wanted = null)
    {
        int panel = panelBlocks * VectorsPerBlock;
        if (TakesPanels) return [panel];
        return [VectorsPerBlock, .. Enumerable.Range(2, Registers).Where(vectors => vectors != VectorsPerBlock && InPasses(wanted ?? panel, vectors) <= panel)];
    }

    /// <summary>Vectors that passes of some at once make, so that those that are wanted are among them.</summary>
    public static int InPasses(int wanted, int vectors) => (wanted + vectors - 1) / vectors * vectors;

    /// <summary>Vectors that hold a number of channels.</summary>
    public int VectorsOf(int channels) => (channels + Floats - 1) / Floats;

    /// <summary>
    /// Whether the last of the vectors that hold a number of channels is made as half a vector: of 512 bits, which Zen 4 computes in two halves. Elsewhere it costs
    /// as much as a whole one (decision 0025).
    /// </summary>
    public bool EndsWithHalf(int channels) => TakesPanels && channels % Floats is > 0 and var left && left <= Floats / 2;

    /// <summary>Columns of a depthwise tile: accumulators, one kernel row of weights and one input column fit the registers.</summary>
    public int DepthwiseColumns(int kernel) => Math.Max(1, Math.Min(14, Registers - kernel - 2));

    public string MultiplyAdd(string a, string b, string c, string vector = "V") =>
        IsX86 ? $"{vector}.FusedMultiplyAdd({a}, {b}, {c})" : $"{vector}.MultiplyAddEstimate({a}, {b}, {c})";
}
