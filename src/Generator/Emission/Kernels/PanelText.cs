using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>A matrix in panels, in the words of a kernel's comment.</summary>
internal static class PanelText
{
    public static string Of(PanelLayout panels) =>
        $"{SourceWriter.Count(panels.Panels, "panel")} of {SourceWriter.Count(panels.PanelBlocks, "block")}{(panels.TailBlocks > 0 ? $", the last of {panels.TailBlocks}" : "")}: bias, [{panels.Rows}][outputs]";
}
