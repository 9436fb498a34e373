using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the classifier of a forward pass: a stream of weights, which several images use while a panel of them is near.</summary>
internal static class Classifier
{
    public static void Write(KernelContext context, ClassifierKernel k)
    {
        SourceWriter writer = context.Writer;
        DenseKernel dense = k.Dense;
        int panel = Dense.Panel(context, dense);
        string[] together = Enumerable.Range(0, ClassifierKernel.ImagesAtOnce).Select(image => $"x{image}").ToArray();
        using (context.Method(k.Name, "float* x, nint images, float* weights, float* y, float* scratch, nint first, nint last",
            $"Classifier, {dense.Reduction} features → {dense.Outputs} logits of every image.\n" +
            $"  x        [images][{dense.Reduction}]     y  [images][{dense.Outputs}]\n" +
            $"  weights  {Dense.Layout(context, dense)}\n" +
            $"  tile     {Dense.Tile(context, dense, together.Length)}, and {Dense.Tile(context, dense, rows: 1)} for what is left\n" +
            "  sum      bias first, then feature by feature\n" +
            $"  scratch  [{together.Length}][{panel}]\n" +
            $"  work     {SourceWriter.Count(dense.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                writer.Line($"int outputs = {Loops.ChannelsOfPanel(dense.Outputs, panel)};");
                writer.Line("nint image = 0;");
                using (writer.Block($"for (; image + {together.Length} <= images; image += {together.Length})"))
                {
                    for (int row = 0; row < together.Length; row++) writer.Line($"float* {together[row]} = x + (image + {row}) * {dense.Reduction};");
                    Dense.WriteSums(context, dense, together, "scratch");
                    using (writer.Block($"for (nint row = 0; row < {together.Length}; row++)")) Deliver($"scratch + row * {panel}", "(image + row)");
                }

                using (writer.Block("for (; image < images; image++)"))
                {
                    writer.Line($"float* x0 = x + image * {dense.Reduction};");
                    Dense.WriteSums(context, dense, ["x0"], "scratch");
                    Deliver("scratch", "image");
                }
            }
        }

        void Deliver(string sums, string image) => writer.Line(
            $"new ReadOnlySpan<float>({sums}, outputs).CopyTo(new Span<float>(y + {image} * {dense.Outputs} + panel * {panel}, outputs));");
    }
}
