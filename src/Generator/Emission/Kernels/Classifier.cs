using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the classifier of a forward pass: a stream of weights, which several images use while a panel of them is near.</summary>
internal static class Classifier
{
    public static void Write(KernelContext context, ClassifierKernel k)
    {
        SourceWriter writer = context.Writer;
        FullyConnectedKernel layer = k.FullyConnected;
        int panel = FullyConnected.Panel(context, layer);
        string[] together = Enumerable.Range(0, ClassifierKernel.ImagesAtOnce).Select(image => $"x{image}").ToArray();
        using (context.Method(k.Name, "float* x, nint images, float* weights, float* y, float* scratch, nint first, nint last",
            $"Classifier, {layer.Reduction} features → {layer.Outputs} logits of every image.\n" +
            $"  x        [images][{layer.Reduction}]     y  [images][{layer.Outputs}]\n" +
            $"  weights  {FullyConnected.Layout(context, layer)}\n" +
            $"  tile     {FullyConnected.Tile(context, layer, together.Length)}, and {FullyConnected.Tile(context, layer, rows: 1)} for what is left\n" +
            "  sum      bias first, then feature by feature\n" +
            $"  scratch  [{together.Length}][{panel}]\n" +
            $"  work     {SourceWriter.Count(layer.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                writer.Line($"int outputs = {Loops.ChannelsOfPanel(layer.Outputs, panel)};");
                writer.Line("nint image = 0;");
                using (writer.Block($"for (; image + {together.Length} <= images; image += {together.Length})"))
                {
                    for (int row = 0; row < together.Length; row++) writer.Line($"float* {together[row]} = x + (image + {row}) * {layer.Reduction};");
                    FullyConnected.WriteSums(context, layer, together, "scratch");
                    using (writer.Block($"for (nint row = 0; row < {together.Length}; row++)")) Deliver($"scratch + row * {panel}", "(image + row)");
                }

                using (writer.Block("for (; image < images; image++)"))
                {
                    writer.Line($"float* x0 = x + image * {layer.Reduction};");
                    FullyConnected.WriteSums(context, layer, ["x0"], "scratch");
                    Deliver("scratch", "image");
                }
            }
        }

        void Deliver(string sums, string image) => writer.Line(
            $"new ReadOnlySpan<float>({sums}, outputs).CopyTo(new Span<float>(y + {image} * {layer.Outputs} + panel * {panel}, outputs));");
    }
}
