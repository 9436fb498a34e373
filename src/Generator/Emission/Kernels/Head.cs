using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes head convolution, activation and global average pooling: the head's map exists one panel at a time.</summary>
internal static class Head
{
    public static PointwiseRowKernel? Convolution(HeadKernel k) => !k.Convolves ? null :
        new PointwiseRowKernel(k.Reduction, MapLayout.Plane(k.Source), k.Source.Positions, k.PanelBlocks, MapLayout.Plane(k.Source), KernelContext.ClampOf(k.Activation))
            .FetchingAhead(k.PanelStride, runs: 1)
            .FetchingNext(NextFloats(k));

    public static RowPassKernel Pass(HeadKernel k) => new(KernelContext.PassOf(k.Activation), Sum: true);

    /// <summary>
    /// Floats of the classifier's weights that each panel brings from memory. They are the most of any layer for the least arithmetic, so that what is fetched
    /// while they are used comes too late; of a small classifier the last panel's own fetching finds all.
    /// </summary>
    private static long NextFloats(HeadKernel k)
    {
        if (k.ClassifierFloats <= PrefetchPlan.Ahead) return 0;
        long lines = (k.ClassifierFloats + PrefetchPlan.LineFloats - 1) / PrefetchPlan.LineFloats;
        return (lines + k.Panels - 1) / k.Panels * PrefetchPlan.LineFloats;
    }

    /// <summary>Whether the kernel is told if the classifier follows: of some images the last one's head brings its weights.</summary>
    public static bool BringsClassifier(HeadKernel k, VectorIsa isa) => Convolution(k) is { } convolution && convolution.Fetches(isa).Next > 0;

    public static IEnumerable<Kernel> Calls(HeadKernel k) => new Kernel?[] { Convolution(k), Pass(k) }.OfType<Kernel>();

    public static void Write(KernelContext context, HeadKernel k)
    {
        SourceWriter writer = context.Writer;
        int panel = k.PanelBlocks * context.Lanes;
        int floats = k.PanelBlocks * MapLayout.Plane(k.Source);
        bool brings = BringsClassifier(k, context.Isa);
        using (context.Method(k.Name, $"float* x, float* weights, float* features, float* y, float* scratch, float* trace, {(brings ? "nint follows, " : "")}nint first, nint last",
            $"Head {k.Source} → {k.Channels} channels and their mean over {k.Source.Positions} positions.\n" +
            $"  features [{k.Panels}][{panel}]     y        [{k.Channels}], the same without what pads them\n" +
            $"  scratch  one panel of the head's map: {floats * 4 / 1024} KiB\n" +
            (brings ? "  follows  1 where the classifier follows, so that its weights are brought from memory; 0 where another image does\n" : "") +
            $"  work     {SourceWriter.Count(k.Panels, "panel")} of {panel} channels; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                writer.Line($"float* sum = features + panel * {panel};");
                writer.Line($"new Span<float>(sum, {panel}).Clear();");
                if (Convolution(k) is { } convolution)
                {
                    writer.Line($"float* w = weights + panel * {k.PanelStride};");
                    writer.Line("float* map = scratch;");
                    PointwiseFetches fetches = convolution.Fetches(context.Isa);
                    string next = brings ? $", weights + {k.WeightFloats} + panel * {convolution.NextFloats}, follows" : "";
                    writer.Line($"{convolution.Name}(x, w + {panel}, w, map{(fetches.Ahead > 0 ? $", w + {PrefetchPlan.Ahead}" : "")}{next});");
                }
                else
                {
                    writer.Line($"float* map = x + panel * {floats};");
                }

                writer.Line($"{Pass(k).Name}(map, sum, {RowPassKernel.Geometry(k.PanelBlocks, k.Source.Positions, MapLayout.Plane(k.Source))});");
                if (k.Convolves) writer.Line($"if (trace != null) new ReadOnlySpan<float>(map, {floats}).CopyTo(new Span<float>(trace + panel * {floats}, {floats}));");
                writer.Line($"for (nint c = 0; c < {panel}; c += {context.Isa.Floats}) V.Store(V.Load(sum + c) * V.Create(1f / {k.Source.Positions}f), sum + c);");
                writer.Line($"int channels = {Loops.ChannelsOfPanel(k.Channels, panel)};");
                writer.Line($"new ReadOnlySpan<float>(sum, channels).CopyTo(new Span<float>(y + panel * {panel}, channels));");
            }
        }
    }
}
