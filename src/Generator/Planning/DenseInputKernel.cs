using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// What is made of a map so that a dense convolution of it is products of matrices, for some rows of outputs at a time: matrices of
/// <c>[Reduction][Columns]</c>, each in blocks of sixteen rows, to be multiplied with as many matrices of weights.
/// </summary>
/// <param name="Source">The map.</param>
/// <param name="Height">Rows of the map after the convolution.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Geometry">The convolution.</param>
/// <param name="Rows">Rows of the output that one call serves.</param>
internal abstract record DenseInputKernel(Shape Source, int Height, int Width, ConvolutionGeometry Geometry, int Rows) : Kernel
{
    /// <summary>Products of matrices.</summary>
    public abstract int Matrices { get; }

    /// <summary>Rows of a matrix: what a product sums over.</summary>
    public abstract int Reduction { get; }

    /// <summary>Columns of a matrix.</summary>
    public abstract int Columns { get; }

    /// <summary>Floats from one matrix to the next.</summary>
    public abstract long MatrixFloats { get; }

    /// <summary>Floats that are made.</summary>
    public abstract long Floats { get; }

    /// <summary>Floats of a panel's products while they wait to be made outputs; 0 where the product is the output.</summary>
    /// <param name="panelBlocks">Blocks of the panel.</param>
    public abstract long WaitingFloats(int panelBlocks);

    /// <summary>Calls that serve the whole map.</summary>
    public int Bands => (Height + Rows - 1) / Rows;

    /// <summary>Rows of the last call: fewer where the rows of a call do not divide the map's.</summary>
    public int LastRows => Height - (Bands - 1) * Rows;

    /// <summary>Whether the last call has fewer rows than the others.</summary>
    public bool IsRagged => LastRows < Rows;

    /// <summary>Outputs of a channel that one call serves.</summary>
    public int Positions => Rows * Width;

    /// <summary>Floats of a row of outputs of a block.</summary>
    public int RowFloats => Width * MapLayout.Lanes;

    /// <summary>Floats between blocks of sixteen channels of a call's outputs.</summary>
    public int Plane => Positions * MapLayout.Lanes;

    /// <summary>Bytes of one call that were not slower than fewer or more (decisions 0032 and 0034): with the weights they are about what a second-level cache holds.</summary>
    public abstract int MostBytes { get; }

    /// <summary>What the name of a kernel that multiplies them says of it.</summary>
    public abstract string Option { get; }

    /// <summary>The convolution, as names have it.</summary>
    protected string Window => $"{Geometry.Kernel}x{Geometry.Kernel}s{Geometry.Stride}";

    /// <summary>The map and the rows of a call, as names have them.</summary>
    protected string Band => $"{Source.Height}x{Source.Width}_{(Rows > 1 ? $"{Rows}x" : "")}{Width}";

    /// <summary>The kernel for as many rows as a condition allows, of those that divide all; at least for one.</summary>
    protected static T InBands<T>(int all, Func<int, T> ofRows, Func<T, bool> allowed) =>
        ofRows(Enumerable.Range(1, all).Where(rows => all % rows == 0).Last(rows => rows == 1 || allowed(ofRows(rows))));
}
