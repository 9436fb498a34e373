using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>The register tile of every pointwise convolution: positions × output vectors, the reduction channel by channel.</summary>
/// <param name="context">Text and instruction set.</param>
/// <param name="tiling">What is made, and the tile.</param>
/// <param name="fetches">What a step of the loop fetches of weights.</param>
internal sealed class PointwiseTile(KernelContext context, PointwiseTiling tiling, PointwiseFetches fetches)
{
    private const int Unroll = PointwiseTiling.Unroll;

    private SourceWriter Writer => context.Writer;

    private VectorIsa Isa => context.Isa;

    private Tile Tile => tiling.Tile;

    private int Vectors => Tile.Vectors;

    /// <summary>Floats of weights from one reduction step to the next.</summary>
    private int WeightStride => tiling.Shape.Blocks * context.Lanes;

    private PanelPass Pass => new(context, tiling.Made, Vectors, tiling.Shape.OutputPlane);

    private bool IsOnePass => Pass.IsOnly;

    private IEnumerable<int> EveryVector => Enumerable.Range(0, Vectors);

    /// <summary>The tile arithmetic, for the kernel's comment.</summary>
    public string Contract =>
        $"tile {Tile.Rows} positions × {SourceWriter.Count(Vectors, "vector")}{(tiling.EndsWithHalf ? ", the last of them half" : "")}{(Tile.Short == 0 ? "" : $", the last {SourceWriter.Count(Tile.Short, "tile")} of {Tile.Rows - 1}")}: {Tile.Rows * Vectors} accumulators + " +
        $"{(Tile.KeepsWeights ? $"{SourceWriter.Count(Vectors, "weight")} + 1 broadcast" : $"{SourceWriter.Count(Tile.Rows, "broadcast")} + 1 weight")} = {Tile.Registers} of {Isa.Registers} registers";

    /// <summary>
    /// Writes the passes of one tile. In scope: the tile's first position in the first of the input channels, as <c>xt</c>, or as <c>xk</c> where there is one pass,
    /// <c>yt</c> the panel's output for that position, and where they are needed <c>rt</c> residual, <c>ahead</c> and <c>later</c>, the weights to fetch,
    /// with <c>pace</c>, how far the latter moves on a step.
    /// </summary>
    /// <param name="rows">Height of this tile.</param>
    /// <param name="part">What of the sum is made.</param>
    public void Write(int rows, PartOfSum part)
    {
        if (part.Bias is not null) WritePadding(rows);
        using (Pass.Loop())
        {
            WriteStart(part);
            for (int row = 0; row < rows; row++) WriteFirst(row, part);
            if (!IsOnePass) Writer.Line("float* xk = xt;");
            using (Writer.Block($"for (nint k = {part.From}; k < {part.To}; k += {Unroll})"))
            {
                for (int step = 0; step < Unroll; step++)
                {
                    if (Tile.KeepsWeights) WriteStepOverPositions(rows, step);
                    else WriteStepOverVectors(rows, step);
                }

                WriteAdvance(part);
            }

            for (int row = 0; row < rows; row++) WriteStores(row, part);
        }
    }

    private static string Accumulator(int row, int vector) => $"y{row}{KernelContext.Letter(vector)}";

    private bool IsHalf(int vector) => tiling.EndsWithHalf && vector == Vectors - 1;

    /// <summary>The class that has a vector's operations.</summary>
    private string Class(int vector) => IsHalf(vector) ? Isa.Half : "V";

    /// <summary>A sum as it is stored: behind a half one come the zeros that pad the block.</summary>
    private string Sum(int row, int vector) => Accumulator(row, vector) + (IsHalf(vector) ? $".To{Isa.Vector}()" : "");

    private string Add(string broadcast, string weight, int row, int vector)
    {
        string sum = Accumulator(row, vector);
        return $"{sum} = {(IsHalf(vector) ? Isa.MultiplyAdd($"{broadcast}.GetLower()", weight, sum, Isa.Half) : Isa.MultiplyAdd(broadcast, weight, sum))};";
    }

    /// <summary>Sets the channels that pad the panel's last block to zero, where no pass makes them.</summary>
    private void WritePadding(int rows)
    {
        int vectors = tiling.Shape.Blocks * Isa.VectorsPerBlock;
        var whole = new PanelPass(context, vectors, vectors, tiling.Shape.OutputPlane);
        for (int v = tiling.Made; v < vectors; v++)
        {
            Writer.Line(string.Join(" ", Enumerable.Range(0, rows).Select(row => $"V.Store({context.VectorOfFloat}.Zero, {whole.Place("yt", v, row * context.Lanes)});")));
        }
    }

    private void WriteStart(PartOfSum part)
    {
        bool one = IsOnePass;
        Writer.Line($"float* wk = {part.Weights}{(one ? "" : " + channel")};");
        if (part.Bias is not null) Writer.Line($"float* bt = {part.Bias}{(one ? "" : " + channel")};");
        Pass.WriteOffsets();
        if (!Pass.Moves) return;
        Writer.Line($"float* yc = {Pass.Moved("yt")};");
        if (part.Residual) Writer.Line($"float* rc = {Pass.Moved("rt")};");
    }

    /// <summary>The place of a vector of a row of the tile in the output, or in the residual.</summary>
    private string Place(string map, int row, int vector) => Pass.Place(map + (Pass.Moves ? "c" : "t"), vector, row * context.Lanes);

    private void WriteFirst(int row, PartOfSum part)
    {
        string First(int v) => part.Bias is null ? $"{Class(v)}.Load({Place("y", row, v)})" : row == 0 ? $"{Class(v)}.Load({KernelContext.At("bt", v * Isa.Floats)})" : Accumulator(0, v);
        Writer.Line(string.Join(" ", EveryVector.Select(v => $"var {Accumulator(row, v)} = {First(v)};")));
    }

    /// <summary>One input channel: its weights are loaded once, then every position is broadcast and used for all of them.</summary>
    private void WriteStepOverPositions(int rows, int step)
    {
        string declare = step == 0 ? "var " : "";
        Writer.Line(string.Join(" ", EveryVector.Select(v => $"{declare}w{KernelContext.Letter(v)} = {Weight(step, v)};")));
        for (int row = 0; row < rows; row++)
        {
            IEnumerable<string> adds = EveryVector.Select(v => Add("b", $"w{KernelContext.Letter(v)}", row, v));
            Writer.Line($"{(row == 0 ? declare : "")}b = {Broadcast(step, row)}; {string.Join(" ", adds)}");
        }
    }

    /// <summary>One input channel of a tile that is wider than high: every position is broadcast once, then one vector of weights after the other is loaded.</summary>
    private void WriteStepOverVectors(int rows, int step)
    {
        string declare = step == 0 ? "var " : "";
        Writer.Line(string.Join(" ", Enumerable.Range(0, rows).Select(row => $"{declare}b{row} = {Broadcast(step, row)};")));
        foreach (int v in EveryVector)
        {
            string weight = IsHalf(v) ? "half" : "weight";
            IEnumerable<string> adds = Enumerable.Range(0, rows).Select(row => Add($"b{row}", weight, row, v));
            Writer.Line($"{(v == 0 || IsHalf(v) ? declare : "")}{weight} = {Weight(step, v)}; {string.Join(" ", adds)}");
        }
    }

    private string Weight(int step, int vector) => $"{Class(vector)}.Load({KernelContext.At("wk", step * WeightStride + vector * Isa.Floats)})";

    private string Broadcast(int step, int row) => $"V.Create(xk[{row * context.Lanes + step}])";

    private void WriteAdvance(PartOfSum part)
    {
        WriteFetches("ahead", fetches.Ahead, $"{fetches.Ahead}", KernelContext.Fetching);
        WriteFetches("later", fetches.Next, "pace", KernelContext.FetchingNext);
        if (tiling.FetchesInput && part.CrossesBlocks) WriteInputFetch();
        int last = context.Lanes - Unroll;
        string input = part.CrossesBlocks ? $"(k & {last}) == {last} ? {tiling.Shape.InputPlane - last} : {Unroll}; // next block of channels" : $"{Unroll};";
        Writer.Line($"wk += {Unroll * WeightStride}; xk += {input}");
    }

    private void WriteFetches(string pointer, int floats, string pace, Func<string, string> fetching)
    {
        if (floats == 0) return;
        int lines = (floats + PrefetchPlan.LineFloats - 1) / PrefetchPlan.LineFloats;
        IEnumerable<string> statements = Enumerable.Range(0, lines).Select(line => fetching(KernelContext.At(pointer, line * PrefetchPlan.LineFloats)));
        Writer.Line($"{string.Join(" ", statements)} {pointer} += {pace};");
    }

    /// <summary>
    /// A tile's positions of one block are too few lines for the processor to notice a stream, and the next block's lie far away: while a block's channels are
    /// used, the next tile's lines of that block are fetched.
    /// </summary>
    private void WriteInputFetch()
    {
        for (int line = 0; line < Tile.Rows; line += context.Lanes / Unroll)
        {
            context.Fetch($"xk + (k & {context.Lanes - Unroll}) * {context.Lanes / Unroll} + {(Tile.Rows + line) * context.Lanes}");
        }
    }

    private void WriteStores(int row, PartOfSum part)
    {
        IEnumerable<string> stores = EveryVector.Select(v =>
        {
            string sum = part.Residual ? $"({Sum(row, v)} + V.Load({Place("r", row, v)}))" : Sum(row, v);
            return $"V.Store({KernelContext.Clamped(part.Clamp, sum)}, {Place("y", row, v)});";
        });
        Writer.Line(string.Join(" ", stores));
    }
}

/// <summary>What of a pointwise sum a tile makes: some input channels, after the bias or after what the output holds, and what follows at once.</summary>
/// <param name="From">The first input channel, as an expression.</param>
/// <param name="To">The end of the input channels.</param>
/// <param name="CrossesBlocks">Whether they may lie in several blocks of the input.</param>
/// <param name="Weights">The first input channel's weights, as an expression.</param>
/// <param name="Bias">The bias with which the sum begins, as an expression; null where it begins with the output.</param>
/// <param name="Clamp">The activation that is applied to the whole sum.</param>
/// <param name="Residual">Whether the residual is added to the whole sum.</param>
internal readonly record struct PartOfSum(string From, string To, bool CrossesBlocks, string Weights, string? Bias, ActivationKind Clamp, bool Residual);
