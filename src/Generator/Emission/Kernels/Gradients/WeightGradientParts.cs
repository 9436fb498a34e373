using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>A pointwise convolution's weight gradient for one image, cut into runs of positions, panels of outputs and blocks of input channels.</summary>
/// <param name="weights">The weights as the forward kernel reads them.</param>
/// <param name="positions">Positions of the map.</param>
/// <param name="hasBias">Whether the convolution has biases.</param>
internal sealed class WeightGradientParts(PanelLayout weights, int positions, bool hasBias)
{
    private readonly GradientRuns _runs = GradientRuns.Of(positions);

    /// <summary>Floats between blocks of either map.</summary>
    public int Plane => positions * MapLayout.Lanes;

    /// <summary>Lengths of run, the shorter last one's second.</summary>
    public IEnumerable<int> Lengths => _runs.Last > 0 ? [_runs.Positions, _runs.Last] : [_runs.Positions];

    /// <summary>The runs in words, for the kernel's comment.</summary>
    public string Contract => $"{_runs.Full} of {SourceWriter.Count(_runs.Positions, "position")}{(_runs.Last > 0 ? $", one of {_runs.Last}" : "")}";

    /// <summary>The kernels that make one block and one panel, for either length of run, width of panel and height of block.</summary>
    public IEnumerable<Kernel> Calls =>
        from length in Lengths
        from blocks in new[] { weights.FullPanels > 0 ? weights.PanelBlocks : 0, weights.TailBlocks }
        where blocks > 0
        from called in CallsOf(length, blocks)
        select called;

    public PointwiseGradientKernel Products(int inputs, int length, int blocks) => new(inputs, length, blocks, Plane);

    public BiasGradientKernel Biases(int length, int blocks) => new(length, blocks, Plane);

    /// <summary>Writes a body for each run, or each length of run: its positions and its number.</summary>
    public void WriteRuns(SourceWriter writer, Action<int, string> body)
    {
        WriteLoop(writer, "run", _runs.Full, rest: 0, ranged: false, (run, _) => body(_runs.Positions, run));
        if (_runs.Last > 0) body(_runs.Last, $"{_runs.Full}");
    }

    /// <summary>A term that leads to a run.</summary>
    public string Run(string run) => Plus(run, _runs.Positions * MapLayout.Lanes);

    /// <summary>Writes a body for every panel, or for those of the range: its blocks and its number.</summary>
    public void WritePanels(SourceWriter writer, bool ranged, Action<int, string> body) => WriteLoop(
        writer, "panel", weights.FullPanels, weights.TailBlocks, ranged, (panel, isRest) => body(isRest ? weights.TailBlocks : weights.PanelBlocks, panel));

    /// <summary>Writes a body for every block of input channels, or for those of the range: its channels and its number.</summary>
    public void WriteBlocks(SourceWriter writer, bool ranged, Action<int, string> body)
    {
        int rest = weights.Inputs % MapLayout.Lanes;
        WriteLoop(writer, "block", weights.Inputs / MapLayout.Lanes, rest, ranged, (block, isRest) => body(isRest ? rest : MapLayout.Lanes, block));
    }

    /// <summary>A term that leads to a piece; nothing for the first of all.</summary>
    public static string Plus(string index, int floats) => int.TryParse(index, out int number) ? (number == 0 ? "" : $" + {number * floats}") : $" + {index} * {floats}";

    private IEnumerable<Kernel> CallsOf(int length, int blocks)
    {
        if (hasBias) yield return Biases(length, blocks);
        if (weights.Inputs >= MapLayout.Lanes) yield return Products(MapLayout.Lanes, length, blocks);
        if (weights.Inputs % MapLayout.Lanes is var rest and > 0) yield return Products(rest, length, blocks);
    }

    /// <summary>Writes a loop over whole pieces, then what is left as one piece more; or over those of the range first … last − 1.</summary>
    private static void WriteLoop(SourceWriter writer, string index, int whole, int rest, bool ranged, Action<string, bool> body)
    {
        if (whole > 1 || (ranged && whole > 0))
        {
            string end = !ranged ? $"{whole}" : rest > 0 ? $"Math.Min(last, {whole})" : "last";
            using (writer.Block($"for (nint {index} = {(ranged ? "first" : "0")}; {index} < {end}; {index}++)")) body(index, false);
        }
        else if (whole == 1)
        {
            using (writer.Block()) body("0", false);
        }

        if (rest == 0) return;
        using (writer.Block(ranged ? $"if (first <= {whole} && last > {whole})" : "")) body($"{whole}", true);
    }
}
