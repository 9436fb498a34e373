using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>A channelwise kernel, and the geometry that a test calls it with.</summary>
internal sealed record ChannelCase(Kernel Kernel, int Positions, int Blocks)
{
    /// <summary>Floats between blocks of what is read.</summary>
    public int InputPlane { get; init; } = Positions * MapLayout.Lanes;

    /// <summary>Floats between blocks of what is made.</summary>
    public int OutputPlane { get; init; } = Positions * MapLayout.Lanes;

    public string Title => $"{Kernel.Name} {Blocks} × {Positions}, {InputPlane} to {OutputPlane}";
}
