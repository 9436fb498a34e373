using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// A depthwise row and the pass over it. Where AVX-512 makes SiLU by a division, a tile's sums become SiLU before they leave its registers; otherwise the row is made and passed over.
/// </summary>
/// <param name="Row">The row.</param>
/// <param name="Pass">The pass: SiLU in place, and with or without the sum over positions.</param>
internal sealed record ActivatedDepthwiseRowKernel(DepthwiseRowKernel Row, RowPassKernel Pass) : Kernel
{
    /// <summary>Columns from which on a row is made faster so; rows of 56 gain, rows of 28 do not (decision 0035).</summary>
    private const int FewestColumns = 48;

    /// <summary>Registers that constants of SiLU by division take.</summary>
    private const int SiluConstants = 8;

    public override string Name => $"{Row.Name}_{Pass.Name}";

    public override bool HasSiluForms => true;

    /// <summary>Registers that a tile's activation takes beside those of its sums.</summary>
    public int ActivationRegisters => SiluConstants + (Pass.Sum ? 1 : 0);

    /// <summary>All of them.</summary>
    public int RegistersOf(Tile tile) => Row.RegistersOf(tile) + ActivationRegisters;

    /// <summary>
    /// The two as one, where that is faster: null for other activations, narrow rows, rows that go past the caches, rows whose tiles would count a column twice,
    /// and kernels whose taps leave no room for the activation.
    /// </summary>
    public static ActivatedDepthwiseRowKernel? Of(DepthwiseRowKernel row, RowPassKernel? pass)
    {
        if (pass is not { Activation: ActivationKind.Silu, Streams: false } || row.Columns < FewestColumns) return null;
        var one = new ActivatedDepthwiseRowKernel(row, pass);
        Tile tile = TileSelector.ForDepthwise(VectorIsa.Avx512, row.Columns, row.KernelSize);
        return tile.Covers == row.Columns && one.RegistersOf(tile) <= VectorIsa.Avx512.Registers ? one : null;
    }
}
