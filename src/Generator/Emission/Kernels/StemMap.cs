using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the stem where its map is stored, because no depthwise convolution reads it.</summary>
internal static class StemMap
{
    public static StemRowKernel Row(StemMapKernel k) => new(
        k.Geometry.Kernel, k.Geometry.Stride, k.Image.Channels, k.Output.Width, k.PanelBlocks, k.ImagePitch, MapLayout.Plane(k.Output), KernelContext.ClampOf(k.Activation));

    public static RowPassKernel? Pass(StemMapKernel k) => KernelContext.RowPassOf(k.Activation);

    public static IEnumerable<Kernel> Calls(StemMapKernel k) => new Kernel?[] { Row(k), Pass(k) }.OfType<Kernel>();

    public static void Write(KernelContext context, StemMapKernel k)
    {
        SourceWriter writer = context.Writer;
        int panels = MapLayout.Blocks(k.Output.Channels) / k.PanelBlocks;
        int plane = MapLayout.Plane(k.Output);
        using (context.Method(k.Name, "float* x, float* weights, float* y, float* scratch, nint first, nint last",
            $"Stem {k.Image} → {k.Output}, stored.\n" +
            $"  scratch  the image rows under one output row, zero borders included\n" +
            $"  work     {k.Output.Height} rows; rows first … last − 1 are made here"))
        {
            writer.Line("float* image = scratch;");
            writer.Line($"new Span<float>(image, {k.ScratchFloats}).Clear();");
            using (writer.Block("for (nint made = first; made < last; made++)"))
            {
                StemRow.WriteImageRows(context, k.Image, k.Geometry, k.ImagePitch);
                using (writer.Block($"for (nint panel = 0; panel < {panels}; panel++)"))
                {
                    writer.Line($"float* w = weights + panel * {k.PanelStride};");
                    writer.Line($"float* e = y + panel * {k.PanelBlocks * plane} + made * {k.Output.Width * context.Lanes};");
                    writer.Line($"{Row(k).Name}(image, w + {PanelLayout.BiasesOf(k.PanelBlocks)}, w, e);");
                    if (Pass(k) is { } pass) writer.Line($"{pass.Name}(e, {RowPassKernel.Geometry(k.PanelBlocks, k.Output.Width, plane)});");
                }
            }
        }
    }
}
