namespace EfficientNet.Compiler.Planning;

/// <summary>An instruction set as the planner and the emitter see it.</summary>
/// <param name="Name">Name of the generated class that holds its kernels.</param>
/// <param name="Floats">Floats in a vector.</param>
/// <param name="Registers">Vector registers.</param>
/// <param name="TakesPanels">Whether registers suffice for tiles of several channel blocks.</param>
internal sealed record VectorIsa(string Name, int Floats, int Registers, bool TakesPanels)
{
    public static readonly VectorIsa Avx512 = new("Avx512", 16, 32, TakesPanels: true);

    public static readonly VectorIsa Avx2 = new("Avx2", 8, 16, TakesPanels: false);

    public static readonly VectorIsa Portable = new("Portable", 4, 16, TakesPanels: false);

    /// <summary>In order of preference.</summary>
    public static readonly VectorIsa[] All = [Avx512, Avx2, Portable];

    /// <summary>Whether weights are fetched ahead; the portable path has no instruction for it.</summary>
    public bool Prefetches => Floats > 4;

    public int VectorsPerBlock => MapLayout.Lanes / Floats;

    /// <summary>The .NET type of a vector.</summary>
    public string Vector => $"Vector{Floats * 32}";

    public int BlocksAtOnce(int panelBlocks) => TakesPanels ? panelBlocks : 1;

    /// <summary>Rows of a pointwise tile whose accumulators, weights and one broadcast fit the registers.</summary>
    /// <remarks>With two vectors of weights on 16 registers the second weight may stay a memory operand: 7 × 2 + 1 + 1 = 16.</remarks>
    public int MaximumRows(int vectors) => vectors switch
    {
        1 => Registers - 4,
        2 when Registers == 16 => 7,
        _ => Math.Max(1, (Registers - 1 - vectors) / vectors),
    };

    /// <summary>Columns of a depthwise tile: accumulators, one kernel row of weights and one input column fit the registers.</summary>
    public int DepthwiseColumns(int kernel) => Math.Max(1, Math.Min(14, Registers - kernel - 2));

    public string MultiplyAdd(string a, string b, string c) =>
        ReferenceEquals(this, Portable) ? $"V.MultiplyAddEstimate({a}, {b}, {c})" : $"V.FusedMultiplyAdd({a}, {b}, {c})";
}
