using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>
/// Pointwise convolution of act(scale · map + shift), gated where there is squeeze-excite: the activated map exists as runs of positions only.
/// Pieces are the runs.
/// </summary>
/// <param name="Input">The raw map.</param>
/// <param name="OutputBlocks">Blocks of output channels.</param>
/// <param name="PanelBlocks">Blocks of a panel; the last one has the rest.</param>
/// <param name="Activation">The activation.</param>
/// <param name="Gated">Whether every channel is multiplied by its gate.</param>
internal sealed record NormalisedPointwiseKernel(Shape Input, int OutputBlocks, int PanelBlocks, ActivationKind Activation, bool Gated) : Kernel
{
    /// <summary>Bytes of a run's activated channels: half of a small second-level cache, beside weights and output.</summary>
    private const int RunBytes = 256 * 1024;

    public PanelLayout Weights => new(Input.Channels, OutputBlocks * MapLayout.Lanes, PanelBlocks);

    /// <summary>Positions of a run; the last one may have fewer.</summary>
    public int Run
    {
        get
        {
            long bytes = MapLayout.Floats(Input) * sizeof(float);
            int fewest = (int)((bytes + RunBytes - 1) / RunBytes);
            int even = Enumerable.Range(fewest, fewest + 1).FirstOrDefault(n => Input.Positions % n == 0);
            int runs = even > 0 ? even : fewest;
            return (Input.Positions + runs - 1) / runs;
        }
    }

    public int Runs => (Input.Positions + Run - 1) / Run;

    /// <summary>Positions of the last run where it has fewer, else 0.</summary>
    public int LastRun => Input.Positions % Run;

    public long ScratchFloats => (long)MapLayout.Blocks(Input.Channels) * Run * MapLayout.Lanes;

    public override string Name =>
        $"Projection_{(Activation == ActivationKind.None ? "" : Activation)}{(Gated ? "Gated" : "")}{Input.Channels}to{OutputBlocks * MapLayout.Lanes}_{Input.Positions}_in{Run}";
}
