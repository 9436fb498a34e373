namespace EfficientNet.Compiler.Planning.Training;

/// <summary>
/// Weights of the tiles, made of those of the taps in every training step, because they change. One kernel serves every convolution of a network: it moves memory.
/// </summary>
internal sealed record WinogradWeightsKernel : Kernel
{
    public override string Name => "WinogradWeights";

    /// <summary>Pieces of a call, and of one of <see cref="WinogradTapsGradientKernel"/>: rows of a matrix, block by block of outputs.</summary>
    /// <param name="rows">Rows of a matrix.</param>
    /// <param name="outputs">Output channels.</param>
    public static int Pieces(int rows, int outputs) => MapLayout.Blocks(outputs) * rows;

    /// <summary>The numbers of a call, and of one of <see cref="WinogradTapsGradientKernel"/>.</summary>
    /// <param name="rows">Rows of a matrix.</param>
    /// <param name="taps">The taps; of a kernel that is turned around they lie backwards, from the last on.</param>
    /// <param name="tiles">The points.</param>
    public static (string Name, int Value)[] Geometry(int rows, MatrixPanels taps, MatrixPanels tiles) =>
    [
        ("rows", rows), ("blocks", taps.Blocks), ("panel", taps.Panel), ("tap", taps.Matrix), ("blocksOfT", tiles.Blocks), ("panelOfT", tiles.Panel), ("point", tiles.Matrix),
    ];
}

/// <summary>The gradient of a kernel's taps from that of what tiles multiply in their place, summed over images. One kernel serves every convolution of a network: it moves memory.</summary>
internal sealed record WinogradTapsGradientKernel : Kernel
{
    public override string Name => "WinogradTapsGradient";
}
