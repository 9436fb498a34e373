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
        from blocks in weights.Widths
        from called in CallsOf(length, blocks)
        select called;

    public PointwiseGradientKernel Products(int inputs, int length, int blocks) => new(inputs, length, blocks, Plane);

    public BiasGradientKernel Biases(int length, int blocks) => new(length, blocks, Plane);

    /// <summary>Writes a body for each run, or each length of run: its positions and its number.</summary>
    public void WriteRuns(SourceWriter writer, Action<int, string> body)
    {
        Loops.Pieces(writer, "run", _runs.Full, rest: 0, ranged: false, (run, _) => body(_runs.Positions, run));
        if (_runs.Last > 0) body(_runs.Last, $"{_runs.Full}");
    }

    /// <summary>A term that leads to a run.</summary>
    public string Run(string run) => Loops.Plus(run, _runs.Positions * MapLayout.Lanes);

    /// <summary>Writes a body for every panel, or for those of the range: its blocks and its number.</summary>
    public void WritePanels(SourceWriter writer, bool ranged, Action<int, string> body) => Loops.Pieces(
        writer, "panel", weights.FullPanels, weights.TailBlocks, ranged, (panel, isRest) => body(isRest ? weights.TailBlocks : weights.PanelBlocks, panel));

    /// <summary>Writes a body for every block of input channels, or for those of the range: its channels and its number.</summary>
    public void WriteBlocks(SourceWriter writer, bool ranged, Action<int, string> body)
    {
        int rest = weights.Inputs % MapLayout.Lanes;
        Loops.Pieces(writer, "block", weights.Inputs / MapLayout.Lanes, rest, ranged, (block, isRest) => body(isRest ? rest : MapLayout.Lanes, block));
    }

    private IEnumerable<Kernel> CallsOf(int length, int blocks)
    {
        if (hasBias) yield return Biases(length, blocks);
        if (weights.Inputs >= MapLayout.Lanes) yield return Products(MapLayout.Lanes, length, blocks);
        if (weights.Inputs % MapLayout.Lanes is var rest and > 0) yield return Products(rest, length, blocks);
    }
}
