using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>
/// Writes a run of tiles: the pointwise convolution of one panel for rows of positions, whole or in parts of the reduction. In parts, the
/// weights of some input channels are used for all tiles while they are in the first-level cache, and the sums wait in the output.
/// </summary>
/// <param name="context">Text and instruction set.</param>
/// <param name="tiling">What is made, and how it is cut.</param>
/// <param name="names">What the panel's pointers are called in the code around.</param>
/// <param name="gated">Whether weights are multiplied by their channels' <c>gates</c>, in <c>scratch</c>, before they are used.</param>
/// <param name="end">The end of the input channels as the code around knows it, where it may be less than the reduction; otherwise null.</param>
internal sealed class PointwiseRun(KernelContext context, PointwiseTiling tiling, PointwiseRun.Names names, bool gated = false, string? end = null)
{
    /// <summary>Pointers to the panel's weights, bias and output.</summary>
    internal sealed record Names(string Weights, string Bias, string Output)
    {
        /// <summary>The parameters of a kernel that makes one panel.</summary>
        public static readonly Names Parameters = new("w", "bias", "y");

        /// <summary>Locals of a kernel that makes one panel after the other.</summary>
        public static readonly Names Panel = new("wp", "bp", "yp");
    }

    /// <summary>Tile and order of sums, for the kernel's comment.</summary>
    public string Contract =>
        new PointwiseTile(context, tiling, default).Contract + "\n" +
        (InParts ? $"part {tiling.Part} input channels at a time, {tiling.Part * Shape.Blocks * context.Lanes * sizeof(float) / 1024} KiB of weights; the sums wait in y\n" : "") +
        "sum  bias first, then input channels in order";

    private SourceWriter Writer => context.Writer;

    private PointwiseShape Shape => tiling.Shape;

    private bool InParts => tiling.Parts > 1;

    private string End => end ?? $"{Shape.Reduction}";

    /// <summary>Writes the run.</summary>
    /// <remarks>
    /// In scope: the names, <c>x</c> the run's first position in the input, where they are needed <c>rp</c> residual, <c>fetch</c> and <c>next</c>, the weights to fetch; tiles <c>from</c> … <c>to</c> − 1 are made where a range is asked for.
    /// </remarks>
    public void Write(ActivationKind clamp, bool residual, PointwiseFetches fetches, bool range = false)
    {
        if (!InParts)
        {
            string weights = WriteGating(names.Weights, "k", End);
            WriteRows(new PartOfSum("0", End, Shape.Reduction > context.Lanes, weights, names.Bias, clamp, residual), fetches, range);
            return;
        }

        WritePass(range, "the sums begin with the bias", $"V.Load({names.Bias} + channel)");
        using (Writer.Block($"for (nint part = 0; part < {End}; part += {tiling.Part})"))
        {
            string next = $"part + {tiling.Part}";
            bool whole = Shape.Reduction % tiling.Part == 0 && end is null;
            Writer.Line($"nint end = {(whole ? next : $"Math.Min({End}, {next})")};");
            Writer.Line($"float* weights = {names.Weights} + part * {Shape.Blocks * context.Lanes};");
            string weights = WriteGating("weights", "part + k", "end - part");
            WriteRows(new PartOfSum("part", "end", CrossesBlocks: true, weights, Bias: null, ActivationKind.None, Residual: false), fetches, range);
        }

        if (clamp == ActivationKind.None && !residual) return;
        WritePass(range, residual ? "the residual is added" : "the activation", KernelContext.Clamped(clamp, residual ? $"V.Load({names.Output} + at) + V.Load(rp + at)" : $"V.Load({names.Output} + at)"));
    }

    /// <summary>
    /// Multiplies the weights that are used next by their gates, where there are any, and says where tiles find them: in scratch memory, or where they are packed.
    /// Scratch memory is written over and over, and stays near: a copy of all weights would go through the caches and out of them.
    /// </summary>
    private string WriteGating(string packed, string gate, string channels)
    {
        if (!gated) return packed;

        int width = Shape.Blocks * context.Lanes;
        Writer.Line("// weights times gates");
        using (Writer.Block($"for (nint k = 0; k < {channels}; k++)"))
        {
            Writer.Line($"var gate = V.Create(gates[{gate}]);");
            Writer.Line($"for (nint n = k * {width}; n < (k + 1) * {width}; n += {context.Isa.Floats}) V.Store(V.Load({packed} + n) * gate, scratch + n);");
        }

        return "scratch";
    }

    private void WriteRows(PartOfSum part, PointwiseFetches fetches, bool range)
    {
        using (Shape.Rows > 1 ? Writer.Block($"for (nint row = 0; row < {Shape.Rows}; row++)") : Loops.Nothing.Instance)
        {
            string inputRow = Shape.Rows > 1 ? $" + row * {Shape.Positions * context.Lanes}" : "";
            string outputRow = Shape.Rows > 1 ? $" + row * {Shape.OutputRow}" : "";
            Loops.Tiles(context, tiling.Tile, Shape.Positions, rows =>
            {
                string input = tiling.Passes == 1 ? "xk" : "xt";
                Writer.Line($"float* {input} = x + position{inputRow}{(InParts ? $" + part * {Shape.InputPlane / context.Lanes}" : "")};");
                Writer.Line($"float* yt = {names.Output} + position{outputRow};");
                if (part.Residual) Writer.Line($"float* rt = rp + position{outputRow};");
                if (fetches.Ahead > 0) Writer.Line($"float* ahead = fetch{Fetched((long)fetches.Ahead * tiling.StepsOfTile)};");
                if (fetches.Next > 0) Writer.Line($"float* later = next{Fetched((long)fetches.Next * tiling.StepsOfTile)};");
                new PointwiseTile(context, tiling, fetches).Write(rows, part);
            }, range ? ("from", "to") : null);
        }
    }

    /// <summary>What the tiles before this one have fetched.</summary>
    private string Fetched(long floats)
    {
        string parts = InParts ? $" + part / {tiling.Part} * {floats * tiling.Tile.Tiles * Shape.Rows}" : "";
        string rows = Shape.Rows > 1 ? $" + row * {floats * tiling.Tile.Tiles}" : "";
        return parts + rows + (tiling.Tile.Tiles > 1 ? $" + tile * {floats}" : "");
    }

    /// <summary>Writes a value to every output of the run; in scope <c>channel</c>, and <c>at</c>, the output's place.</summary>
    private void WritePass(bool range, string comment, string value)
    {
        int lanes = context.Lanes;
        string Position(string tile) => tiling.Tile.Short == 0 ? $"{tile} * {tiling.Tile.Rows * lanes}" : $"({tile} * {tiling.Tile.Rows} - Math.Max(0, {tile} - {tiling.Tile.Full})) * {lanes}";
        Writer.Line($"// {comment}");
        using (Writer.Block($"for (nint channel = 0; channel < {Shape.Blocks * lanes}; channel += {context.Isa.Floats})"))
        using (Shape.Rows > 1 ? Writer.Block($"for (nint row = 0; row < {Shape.Rows}; row++)") : Loops.Nothing.Instance)
        {
            Writer.Line($"nint start = channel / {lanes} * {Shape.OutputPlane} + channel % {lanes}{(Shape.Rows > 1 ? $" + row * {Shape.OutputRow}" : "")};");
            string from = range ? $"start + {Position("from")}" : "start";
            string to = range ? $"start + {Position("to")}" : $"start + {Shape.Positions * lanes}";
            Writer.Line($"for (nint at = {from}; at < {to}; at += {lanes}) V.Store({value}, {names.Output} + at);");
        }
    }
}
