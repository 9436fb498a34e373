using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>
/// Writes a run of tiles: the pointwise convolution of one panel for rows of positions, whole or in parts of the reduction. In parts, the
/// weights of some input channels are used for all tiles while they are in the first-level cache, and the sums wait in the output.
/// </summary>
/// <param name="context">Text and instruction set.</param>
/// <param name="shape">What is made.</param>
/// <param name="names">What the panel's pointers are called in the code around.</param>
internal sealed class PointwiseRun(KernelContext context, PointwiseRun.Shape shape, PointwiseRun.Names names)
{
    private readonly Tile _tile = TileSelector.Choose(context.Isa, shape.Positions, shape.Blocks, shape.Reduction, shape.Rows, shape.Channels);

    /// <summary>The run's geometry.</summary>
    /// <param name="Reduction">Input channels.</param>
    /// <param name="Blocks">Output blocks of the panel.</param>
    /// <param name="Positions">Positions of a row, or of the whole map where it is taken as one.</param>
    /// <param name="InputPlane">Floats between blocks of the input; its rows follow each other.</param>
    /// <param name="OutputPlane">Floats between blocks of the output.</param>
    /// <param name="Rows">Rows of positions.</param>
    /// <param name="OutputRow">Floats between rows of the output.</param>
    internal sealed record Shape(int Reduction, int Blocks, int Positions, int InputPlane, int OutputPlane, int Rows = 1, int OutputRow = 0)
    {
        /// <summary>The end of the input channels as the code around knows it, where it may be less than the reduction.</summary>
        public string End { get; init; } = $"{Reduction}";

        /// <summary>Output channels, which may leave a part of the last block.</summary>
        public int Channels { get; init; } = Blocks * MapLayout.Lanes;
    }

    /// <summary>Pointers to the panel's weights, bias and output.</summary>
    internal sealed record Names(string Weights, string Bias, string Output)
    {
        /// <summary>The parameters of a kernel that makes one panel.</summary>
        public static readonly Names Parameters = new("w", "bias", "y");

        /// <summary>Locals of a kernel that makes one panel after the other.</summary>
        public static readonly Names Panel = new("wp", "bp", "yp");
    }

    /// <summary>Tiles of a row.</summary>
    public int Tiles => _tile.Tiles;

    /// <summary>Steps of the loops over input channels, all tiles and parts together: among them the fetching of weights is spread.</summary>
    public long Steps => (long)Parts * shape.Rows * _tile.Tiles * StepsOfTile;

    /// <summary>Tile and order of sums, for the kernel's comment.</summary>
    public string Contract =>
        Tile(default).Contract + "\n" +
        (InParts ? $"part {Part} input channels at a time, {Part * shape.Blocks * context.Lanes * sizeof(float) / 1024} KiB of weights; the sums wait in y\n" : "") +
        "sum  bias first, then input channels in order";

    private SourceWriter Writer => context.Writer;

    /// <summary>Input channels of a part.</summary>
    private int Part => TileSelector.ReductionAtOnce(context.Isa, shape.Positions * shape.Rows, shape.Blocks, shape.Reduction);

    /// <summary>Vectors of the panel that are made.</summary>
    private int Made => VectorIsa.InPasses(context.Isa.VectorsOf(shape.Channels), _tile.Vectors);

    private int PassCount => Made / _tile.Vectors;

    private bool InParts => Part < shape.Reduction;

    private int Parts => (shape.Reduction + Part - 1) / Part;

    /// <summary>Whether the input is too large to stay near until it is read.</summary>
    private bool FetchesInput => (long)MapLayout.Blocks(shape.Reduction) * shape.InputPlane * sizeof(float) > PrefetchPlan.NearMapBytes;

    /// <summary>Steps of one tile in one part, all passes together.</summary>
    private int StepsOfTile => PassCount * Part / PointwiseTile.Unroll;

    /// <summary>Writes the run.</summary>
    /// <remarks>
    /// In scope: the names, <c>x</c> the run's first position in the input, where they are needed <c>rp</c> residual, <c>fetch</c> and <c>next</c>, the weights to fetch; tiles <c>from</c> … <c>to</c> − 1 are made where a range is asked for.
    /// </remarks>
    public void Write(ActivationKind clamp, bool residual, WeightFetches fetches, bool range = false)
    {
        if (!InParts)
        {
            WriteRows(new PartOfSum("0", shape.End, shape.Reduction > context.Lanes, names.Weights, BeginsWithBias: true, clamp, residual), fetches, range);
            return;
        }

        WritePass(range, "the sums begin with the bias", $"V.Load({names.Bias} + channel)");
        using (Writer.Block($"for (nint part = 0; part < {shape.End}; part += {Part})"))
        {
            string end = $"part + {Part}";
            bool whole = shape.Reduction % Part == 0 && shape.End == $"{shape.Reduction}";
            Writer.Line($"nint end = {(whole ? end : $"Math.Min({shape.End}, {end})")};");
            WriteRows(new PartOfSum("part", "end", CrossesBlocks: true, "wt", BeginsWithBias: false, ActivationKind.None, Residual: false), fetches, range);
        }

        if (clamp == ActivationKind.None && !residual) return;
        WritePass(range, residual ? "the residual is added" : "the activation", KernelContext.Clamped(clamp, residual ? $"V.Load({names.Output} + at) + V.Load(rp + at)" : $"V.Load({names.Output} + at)"));
    }

    private PointwiseTile Tile(WeightFetches fetches) => new(context, _tile, shape.Blocks, Made, PassCount == 1 && context.Isa.EndsWithHalf(shape.Channels), shape.InputPlane, shape.OutputPlane, names.Bias, fetches, FetchesInput);

    private void WriteRows(PartOfSum part, WeightFetches fetches, bool range)
    {
        using (shape.Rows > 1 ? Writer.Block($"for (nint row = 0; row < {shape.Rows}; row++)") : Loops.Nothing.Instance)
        {
            string inputRow = shape.Rows > 1 ? $" + row * {shape.Positions * context.Lanes}" : "";
            string outputRow = shape.Rows > 1 ? $" + row * {shape.OutputRow}" : "";
            Loops.Tiles(context, _tile, shape.Positions, rows =>
            {
                string input = PassCount == 1 ? "xk" : "xt";
                Writer.Line($"float* {input} = x + position{inputRow}{(InParts ? $" + part * {shape.InputPlane / context.Lanes}" : "")};");
                if (InParts) Writer.Line($"float* wt = {names.Weights} + part * {shape.Blocks * context.Lanes};");
                Writer.Line($"float* yt = {names.Output} + position{outputRow};");
                if (part.Residual) Writer.Line($"float* rt = rp + position{outputRow};");
                if (fetches.Ahead > 0) Writer.Line($"float* ahead = fetch{Fetched((long)fetches.Ahead * StepsOfTile)};");
                if (fetches.Next > 0) Writer.Line($"float* later = next{Fetched((long)fetches.Next * StepsOfTile)};");
                Tile(fetches).Write(rows, part);
            }, range ? ("from", "to") : null);
        }
    }

    /// <summary>What the tiles before this one have fetched.</summary>
    private string Fetched(long floats)
    {
        string parts = InParts ? $" + part / {Part} * {floats * _tile.Tiles * shape.Rows}" : "";
        string rows = shape.Rows > 1 ? $" + row * {floats * _tile.Tiles}" : "";
        return parts + rows + (_tile.Tiles > 1 ? $" + tile * {floats}" : "");
    }

    /// <summary>Writes a value to every output of the run; in scope <c>channel</c>, and <c>at</c>, the output's place.</summary>
    private void WritePass(bool range, string comment, string value)
    {
        int lanes = context.Lanes;
        string Position(string tile) => _tile.Short == 0 ? $"{tile} * {_tile.Rows * lanes}" : $"({tile} * {_tile.Rows} - Math.Max(0, {tile} - {_tile.Full})) * {lanes}";
        Writer.Line($"// {comment}");
        using (Writer.Block($"for (nint channel = 0; channel < {shape.Blocks * lanes}; channel += {context.Isa.Floats})"))
        using (shape.Rows > 1 ? Writer.Block($"for (nint row = 0; row < {shape.Rows}; row++)") : Loops.Nothing.Instance)
        {
            Writer.Line($"nint start = channel / {lanes} * {shape.OutputPlane} + channel % {lanes}{(shape.Rows > 1 ? $" + row * {shape.OutputRow}" : "")};");
            string from = range ? $"start + {Position("from")}" : "start";
            string to = range ? $"start + {Position("to")}" : $"start + {shape.Positions * lanes}";
            Writer.Line($"for (nint at = {from}; at < {to}; at += {lanes}) V.Store({value}, {names.Output} + at);");
        }
    }
}
