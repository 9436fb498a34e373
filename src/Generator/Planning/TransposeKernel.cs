namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Panels of a pointwise or dense convolution made into those of the transposed matrix, without bias: what the forward kernels read
/// to take a gradient from the output to the input, or what their tiles' weights are made of. One kernel serves every matrix of a network: it moves memory.
/// </summary>
internal sealed record TransposeKernel : Kernel
{
    public override string Name => "Transpose";

    /// <summary>Pieces of a call: rows of the transposed matrix, panel by panel.</summary>
    public static int Pieces(PanelLayout to) => to.Panels * to.Rows;

    /// <summary>The numbers of a call.</summary>
    /// <param name="from">The forward panels.</param>
    /// <param name="to">Those of the transposed matrix.</param>
    public static (string Name, int Value)[] Geometry(PanelLayout from, PanelLayout to) =>
    [
        ("rows", from.Rows), ("width", from.WeightsAt), ("lanes", from.OutputBlocks * MapLayout.Lanes),
        ("rowsOfT", to.Rows), ("widthOfT", to.WeightsAt), ("lanesOfT", to.OutputBlocks * MapLayout.Lanes),
    ];
}
