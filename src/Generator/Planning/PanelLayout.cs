namespace EfficientNet.Compiler.Planning;

/// <summary>
/// A matrix of weights in panels, as pointwise and dense kernels read it: for each panel <c>[16 · PanelBlocks]</c> biases, then
/// <c>[Rows][16 · blocks of this panel]</c> weights. Rows and lanes past the channels hold zero.
/// </summary>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="PanelBlocks">Blocks of 16 outputs in a panel; the last one has the rest.</param>
internal readonly record struct PanelLayout(int Inputs, int Outputs, int PanelBlocks)
{
    /// <summary>Rows of weights of a panel, one for each input channel.</summary>
    public int Rows => MapLayout.PaddedReduction(Inputs);

    public int OutputBlocks => MapLayout.Blocks(Outputs);

    public int Panels => (OutputBlocks + PanelBlocks - 1) / PanelBlocks;

    /// <summary>Panels of full width, the first ones.</summary>
    public int FullPanels => OutputBlocks / PanelBlocks;

    /// <summary>Blocks of the narrower last panel; 0 where all are of one width.</summary>
    public int TailBlocks => OutputBlocks % PanelBlocks;

    /// <summary>Blocks of the panels, the narrower last one's second.</summary>
    public IEnumerable<int> Widths => new[] { FullPanels > 0 ? PanelBlocks : 0, TailBlocks }.Where(blocks => blocks > 0);

    /// <summary>Floats of a panel's biases: what lies before its weights.</summary>
    public int WeightsAt => BiasesOf(PanelBlocks);

    /// <summary>Floats from one panel to the next.</summary>
    public int Stride => StrideOf(Rows, PanelBlocks);

    /// <summary>Floats of the biases with which a panel begins.</summary>
    /// <param name="panelBlocks">Blocks of a panel; a narrower last one keeps as much room.</param>
    public static int BiasesOf(int panelBlocks) => panelBlocks * MapLayout.Lanes;

    /// <summary>Floats from one panel to the next.</summary>
    /// <param name="rows">Rows of weights in a panel, padding included.</param>
    /// <param name="panelBlocks">Blocks of a panel.</param>
    public static int StrideOf(int rows, int panelBlocks) => BiasesOf(panelBlocks) + rows * panelBlocks * MapLayout.Lanes;

    /// <summary>Floats of all panels of a matrix; a narrower last one keeps as much room for its biases as the others.</summary>
    /// <param name="outputBlocks">Blocks of 16 outputs.</param>
    /// <param name="rows">Rows of weights in a panel, padding included.</param>
    /// <param name="panelBlocks">Blocks of a panel; the last one has the rest.</param>
    public static long FloatsOf(int outputBlocks, int rows, int panelBlocks)
    {
        int tail = outputBlocks % panelBlocks;
        return (long)outputBlocks / panelBlocks * StrideOf(rows, panelBlocks) + (tail == 0 ? 0 : BiasesOf(panelBlocks) + (long)rows * tail * MapLayout.Lanes);
    }

    /// <summary>The matrix with inputs and outputs exchanged.</summary>
    public PanelLayout Transposed(int panelBlocks) => new(Outputs, Inputs, panelBlocks);
}
