using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>
/// The register tile of every weight gradient: input channels × output vectors, each a sum of products over positions or images. It begins at
/// zero and is added to the gradient once, so that no chain of roundings is longer than the sum.
/// </summary>
/// <param name="context">Text and instruction set.</param>
/// <param name="inputs">Input channels, the rows of the gradient.</param>
/// <param name="panelBlocks">Output blocks of the panel.</param>
/// <param name="terms">What the sums run over.</param>
internal sealed class GradientTile(KernelContext context, int inputs, int panelBlocks, GradientTerms terms)
{
    private readonly Tile _tile = TileSelector.ForGradient(context.Isa, inputs, panelBlocks, terms.Expected);

    /// <summary>The tile arithmetic, for the kernel's comment.</summary>
    public string Contract =>
        $"tile {SourceWriter.Count(_tile.Rows, "input channel")} × {SourceWriter.Count(_tile.Vectors, "vector")}{(_tile.Short == 0 ? "" : $", the last {SourceWriter.Count(_tile.Short, "tile")} of {_tile.Rows - 1}")}: {_tile.Rows * _tile.Vectors} accumulators + " +
        $"{(_tile.KeepsWeights ? $"{SourceWriter.Count(_tile.Vectors, "gradient")} + 1 broadcast" : $"{SourceWriter.Count(_tile.Rows, "broadcast")} + 1 gradient")} = {_tile.Registers} of {Isa.Registers} registers";

    private SourceWriter Writer => context.Writer;

    private VectorIsa Isa => context.Isa;

    private PanelPass Pass => new(context, panelBlocks * context.Isa.VectorsPerBlock, _tile.Vectors, terms.OutputPlane);

    private IEnumerable<int> EveryVector => Enumerable.Range(0, _tile.Vectors);

    /// <summary>Writes the tiles of a panel.</summary>
    /// <param name="x">The first term's input channels.</param>
    /// <param name="dy">The first term's output gradients.</param>
    /// <param name="dw">The panel's gradient, without biases.</param>
    public void Write(string x, string dy, string dw)
    {
        using (Pass.Loop())
        {
            Pass.WriteOffsets();
            Loops.RowTiles(context, _tile, inputs, rows =>
            {
                Writer.Line($"float* xk = {x} + row;");
                Writer.Line($"float* gk = {Pass.Moved(dy)};");
                for (int row = 0; row < rows; row++) Writer.Line(string.Join(" ", EveryVector.Select(v => $"var {Accumulator(row, v)} = {context.VectorOfFloat}.Zero;")));
                using (Writer.Block($"for (nint k = 0; k < {terms.Count}; k++)"))
                {
                    if (_tile.KeepsWeights) WriteTermOverInputs(rows);
                    else WriteTermOverVectors(rows);
                    Writer.Line($"xk += {terms.InputStride};");
                    Writer.Line($"gk += {terms.OutputStride};");
                }

                Writer.Line($"float* wt = {dw} + row * {panelBlocks * context.Lanes}{(Pass.IsOnly ? "" : " + channel")};");
                for (int row = 0; row < rows; row++) WriteStores(row);
            });
        }
    }

    private static string Accumulator(int row, int vector) => $"w{row}{KernelContext.Letter(vector)}";

    private void WriteTermOverInputs(int rows)
    {
        Writer.Line(string.Join(" ", EveryVector.Select(v => $"var g{KernelContext.Letter(v)} = {Gradient(v)};")));
        for (int row = 0; row < rows; row++)
        {
            IEnumerable<string> adds = EveryVector.Select(v => $"{Accumulator(row, v)} = {Isa.MultiplyAdd("b", $"g{KernelContext.Letter(v)}", Accumulator(row, v))};");
            Writer.Line($"{(row == 0 ? "var " : "")}b = {Broadcast(row)}; {string.Join(" ", adds)}");
        }
    }

    private void WriteTermOverVectors(int rows)
    {
        Writer.Line(string.Join(" ", Enumerable.Range(0, rows).Select(row => $"var b{row} = {Broadcast(row)};")));
        foreach (int v in EveryVector)
        {
            IEnumerable<string> adds = Enumerable.Range(0, rows).Select(row => $"{Accumulator(row, v)} = {Isa.MultiplyAdd($"b{row}", "gradient", Accumulator(row, v))};");
            Writer.Line($"{(v == 0 ? "var " : "")}gradient = {Gradient(v)}; {string.Join(" ", adds)}");
        }
    }

    private string Gradient(int vector) => $"V.Load({Pass.Place("gk", vector)})";

    private static string Broadcast(int row) => $"V.Create(xk[{row}])";

    private void WriteStores(int row)
    {
        string At(int v) => KernelContext.At("wt", row * panelBlocks * context.Lanes + v * Isa.Floats);
        Writer.Line(string.Join(" ", EveryVector.Select(v => $"V.Store(V.Load({At(v)}) + {Accumulator(row, v)}, {At(v)});")));
    }
}

/// <summary>What the sums of a weight gradient run over.</summary>
/// <param name="Count">Terms, as an expression.</param>
/// <param name="Expected">Terms for which the tile is chosen.</param>
/// <param name="InputStride">Floats from one term to the next in the input.</param>
/// <param name="OutputStride">Floats from one term to the next in the gradient of the output.</param>
/// <param name="OutputPlane">Floats between blocks of the gradient of the output.</param>
internal sealed record GradientTerms(string Count, int Expected, int InputStride, int OutputStride, int OutputPlane);
