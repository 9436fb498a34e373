using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Pointwise convolution of a whole map or of a half, all panels, work shared by (panel, tile).</summary>
/// <param name="Reduction">Input channels, a multiple of 4.</param>
/// <param name="Positions">Positions of the map, or of the half.</param>
/// <param name="Outputs">Output channels; those that pad the last block are made zero.</param>
/// <param name="PanelBlocks">Output blocks of a panel; the last one may be narrower.</param>
/// <param name="Residual">Whether a residual is added.</param>
/// <param name="Clamp">The activation, where it is a clamp that the epilogue can apply.</param>
internal sealed record PointwiseMapKernel(int Reduction, int Positions, int Outputs, int PanelBlocks, bool Residual, ActivationKind Clamp) : Kernel
{
    /// <summary>Whether every input channel has a gate, with which its weights are multiplied in scratch memory, a panel's or a part's when it begins.</summary>
    public bool Gated { get; init; }

    /// <summary>Gated weights that are used together, of the instruction set that uses the most.</summary>
    public int ScratchFloats => Gated ? VectorIsa.All.Max(isa => Math.Max(GatedFloats(isa, FullPanels > 0 ? PanelBlocks : 0), GatedFloats(isa, TailBlocks))) : 0;

    /// <summary>Whether panels are as wide as those of a whole map with as many input channels; where not, the name says how wide they are.</summary>
    public bool HasUsualPanels { get; init; } = true;

    /// <summary>Output blocks.</summary>
    public int OutputBlocks => MapLayout.Blocks(Outputs);

    /// <summary>Floats between blocks of the input.</summary>
    public int InputPlane { get; init; } = Positions * MapLayout.Lanes;

    /// <summary>Floats between blocks of the output.</summary>
    public int OutputPlane { get; init; } = Positions * MapLayout.Lanes;

    /// <summary>The other number of input channels that a call may have, where there is one.</summary>
    public int LeastReduction { get; init; } = Reduction;

    /// <summary>Whether a call says how many input channels it has.</summary>
    public bool TakesChannels => LeastReduction < Reduction;

    /// <summary>Floats from one packed panel to the next.</summary>
    public int PanelStride => PanelLayout.StrideOf(Reduction, PanelBlocks);

    /// <summary>Floats of a panel's biases: what lies before its weights.</summary>
    public int WeightsAt => PanelLayout.BiasesOf(PanelBlocks);

    /// <summary>Panels of full width.</summary>
    public int FullPanels => OutputBlocks / PanelBlocks;

    /// <summary>Blocks of a narrower last panel; 0 where there is none.</summary>
    public int TailBlocks => OutputBlocks % PanelBlocks;

    /// <summary>What is made of a panel of some blocks. What pads the last panel is known where no other one is like it.</summary>
    private PointwiseShape PanelShape(int blocks) => new(Reduction, blocks, Positions, InputPlane, OutputPlane)
    {
        Channels = Math.Min(Outputs - (blocks < PanelBlocks ? OutputBlocks - blocks : 0) * MapLayout.Lanes, blocks * MapLayout.Lanes),
    };

    /// <summary>How an instruction set makes a panel of some blocks.</summary>
    public PointwiseTiling Tiling(VectorIsa isa, int blocks) => new(isa, PanelShape(blocks));

    /// <summary>What a step of a panel fetches: as much as the panel has weights and biases.</summary>
    public PointwiseFetches Fetches(VectorIsa isa, int blocks) => Tiling(isa, blocks).Fetches(PanelLayout.StrideOf(Reduction, blocks), runs: 1, next: 0);

    /// <summary>Floats between a weight's use and its fetch: what is gated is read all at once, and has to be there by then.</summary>
    public int Ahead(VectorIsa isa, int blocks) => Gated ? Math.Max(PrefetchPlan.Ahead, GatedFloats(isa, blocks) + blocks * MapLayout.Lanes) : PrefetchPlan.Ahead;

    public override string Name =>
        $"Projection_{Reduction}{(TakesChannels ? $"or{LeastReduction}" : "")}to{Outputs}_{Positions}{Planes}{(HasUsualPanels ? "" : $"_panels{PanelBlocks * MapLayout.Lanes}")}{(Residual ? "_Residual" : "")}{(Gated ? "_Gated" : "")}{Suffix(Clamp)}";

    /// <summary>Weights of a panel, or of a part of it, that are gated together.</summary>
    private int GatedFloats(VectorIsa isa, int blocks) => blocks == 0 ? 0 : Tiling(isa, blocks).Part * blocks * MapLayout.Lanes;

    private string Planes =>
        (InputPlane == Positions * MapLayout.Lanes ? "" : $"_of{InputPlane / MapLayout.Lanes}") + (OutputPlane == Positions * MapLayout.Lanes ? "" : $"_by{OutputPlane / MapLayout.Lanes}");
}
