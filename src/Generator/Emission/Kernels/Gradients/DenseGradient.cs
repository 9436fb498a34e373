using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a dense matrix: every weight is read and written once a step, whatever the number of images.</summary>
internal static class DenseGradient
{
    /// <summary>Images for which the tile is chosen.</summary>
    private const int ExpectedImages = 16;

    public static void Write(KernelContext context, DenseGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        PanelLayout matrix = k.Matrix;
        if (matrix.TailBlocks > 0) throw new InvalidOperationException($"the panels of {k.Name} differ in width");
        int lanes = context.Lanes, panel = matrix.PanelBlocks * lanes;
        int inputs = MapLayout.Blocks(matrix.Inputs) * lanes, outputs = matrix.OutputBlocks * lanes;
        var terms = new GradientTerms("images", ExpectedImages, inputs, outputs, lanes);
        var tile = new GradientTile(context, matrix.Inputs, matrix.PanelBlocks, terms);
        using (context.Method(k.Name, "float* x, float* dy, float* dw, nint images, nint first, nint last",
            $"Gradient of a dense matrix, {matrix.Inputs} inputs × {matrix.Outputs} outputs, all images.\n" +
            $"  x    [images][{inputs}]     dy  [images][{outputs}]\n" +
            $"  dw   for each panel [{panel}] bias, [{matrix.Rows}][{panel}], added to; rows past the inputs are left\n" +
            $"  {tile.Contract}\n" +
            "  sum  images in order, then added to dw\n" +
            $"  work {SourceWriter.Count(matrix.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                writer.Line($"float* dyp = dy + panel * {panel};");
                writer.Line($"float* dwp = dw + panel * {matrix.Stride};");
                using (writer.Block()) BiasGradient.WriteSums(context, matrix.PanelBlocks, terms, "dyp", "dwp");
                using (writer.Block()) tile.Write("x", "dyp", $"dwp + {matrix.WeightsAt}");
            }
        }
    }
}
