using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Rows of a raw map, normalised and activated, into rows with borders: what a depthwise convolution reads in training.</summary>
/// <param name="Rows">Rows of one call.</param>
/// <param name="Columns">Columns of a row.</param>
/// <param name="Blocks">Blocks of 16 channels.</param>
/// <param name="InputPlane">Floats between blocks of the raw map, whose rows follow each other.</param>
/// <param name="OutputPlane">Floats between blocks of the output.</param>
/// <param name="OutputRow">Floats between rows of the output.</param>
/// <param name="Activation">The activation of the unit that made the map.</param>
/// <param name="Derivative">Whether the activation's derivative is stored too, rows and blocks following each other.</param>
internal sealed record NormaliseRowsKernel(
    int Rows, int Columns, int Blocks, int InputPlane, int OutputPlane, int OutputRow, ActivationKind Activation, bool Derivative) : Kernel
{
    public override string Name =>
        $"NormaliseRows_{Blocks * MapLayout.Lanes}_{(Rows > 1 ? $"{Rows}x" : "")}{Columns}_of{InputPlane / MapLayout.Lanes}_by{(Rows > 1 ? $"{OutputRow / MapLayout.Lanes}x" : "")}{OutputPlane / MapLayout.Lanes}"
        + $"{Suffix(Activation)}{(Derivative ? "_Derivative" : "")}";
}
