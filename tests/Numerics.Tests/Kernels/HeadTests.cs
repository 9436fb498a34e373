using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Head convolution, activation and mean; and the mean alone, where a network has no head.</summary>
public class HeadTests
{
    private static readonly Dictionary<string, HeadKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Head", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Features_are_the_mean_of_the_heads_map(InstructionSet set, string title)
    {
        HeadKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            bool exact = kernel.Activation is not (ActivationKind.Silu or ActivationKind.HardSwish) && (kernel.Source.Positions & (kernel.Source.Positions - 1)) == 0;
            if (data == Data.WholeNumbers && !exact) continue;
            (float[] x, float[] weights, Bounded sum) = Problem(title, kernel, data);
            Bounded map = Bounds.Activate(sum, kernel.Activation, set);
            Bounded features = Bounds.Divide(Bounds.SumRows(map, 0, kernel.Source.Height), kernel.Source.Positions);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using KernelRun run = Prepare(set, title, kernel, x, weights, guard, traces: true).Geometry("follows", guard == Guard.After ? 1 : 0);
                run.Call(0, kernel.Panels);
                Judge.Map(run["features"], features, data, $"{where}: features");
                run["y"].ShouldBeBitwise(run["features"].AsSpan(0, kernel.Channels).ToArray(), $"{where}: without what pads them");
                if (kernel.Convolves) Judge.Map(run["trace"], map, data, $"{where}: trace");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_panels_gives_the_same_bits(InstructionSet set, string title)
    {
        HeadKernel kernel = Kernels[title];
        (float[] x, float[] weights, _) = Problem(title, kernel, Data.Reals);
        // Without a trace: what is computed must not depend on it, and what is not asked for is not written.
        using KernelRun traced = Prepare(set, title, kernel, x, weights, Guard.After, traces: true), run = Prepare(set, title, kernel, x, weights, Guard.After, traces: false);
        traced.Call(0, kernel.Panels);
        Splits.ShouldNotMatter(kernel.Panels, $"{set}, {title}", ranges =>
        {
            run.Forget("features");
            run.Forget("y");
            foreach ((int first, int last) in ranges)
            {
                run.Forget("scratch");
                run.Call(first, last);
            }

            return [run["features"], run["y"]];
        });
        run.Call(0, kernel.Panels);
        run["features"].ShouldBeBitwise(traced["features"], $"{set}, {title}, traced");
    }

    private static KernelRun Prepare(InstructionSet set, string title, HeadKernel kernel, float[] x, float[] weights, Guard guard, bool traces)
    {
        var run = new KernelRun(Library.Value[set, title], guard);
        run.Input("x", x).Input("weights", weights).Output("features", MapLayout.Blocks(kernel.Channels) * MapLayout.Lanes).Output("y", kernel.Channels).Output("scratch", kernel.ScratchFloats).Geometry("follows", 1);
        return traces && kernel.Convolves ? run.Output("trace", MapLayout.Floats(new Shape(kernel.Channels, kernel.Source.Height, kernel.Source.Width))) : run.Null("trace");
    }

    private static (float[] X, float[] Weights, Bounded Sum) Problem(string title, HeadKernel kernel, Data data)
    {
        Shape source = kernel.Source;
        Tensor x = Values.Activations($"{title} x", data, 1, source.Channels, source.Height, source.Width);
        if (!kernel.Convolves) return (Packing.MapFloats(x), [], Bounded.Exact(x));
        Tensor weight = Values.Weights($"{title} w", data, kernel.Channels, source.Channels, 1, 1);
        Tensor bias = Values.Activations($"{title} b", data, kernel.Channels);
        var packed = new float[kernel.Panels * kernel.PanelStride];
        Packing.Panels(packed, weight, bias, kernel.PanelBlocks, kernel.PanelStride);
        return (Packing.MapFloats(x), packed, Bounds.Convolve(Bounded.Exact(x), weight, bias, ConvolutionGeometry.Pointwise, depthwise: false, source.Height, source.Width));
    }

    private static Dictionary<string, HeadKernel> Sweep()
    {
        var kernels = new Dictionary<string, HeadKernel>();
        HeadKernel[] all =
        [
            new(new Shape(3, 1, 1), 5, 1, true, ActivationKind.None), new(new Shape(18, 4, 4), 33, 1, true, ActivationKind.Relu6),
            new(new Shape(40, 7, 7), 96, 3, true, ActivationKind.Silu) { ClassifierFloats = 20000 }, new(new Shape(21, 2, 1), 64, 2, true, ActivationKind.Relu),
            new(new Shape(112, 7, 7), 448, 4, true, ActivationKind.Silu) { ClassifierFloats = 80000 }, new(new Shape(66, 3, 5), 100, 7, true, ActivationKind.HardSwish),
            new(new Shape(20, 4, 2), 20, 1, false, ActivationKind.None), new(new Shape(160, 7, 7), 160, 5, false, ActivationKind.None),
        ];
        foreach (HeadKernel kernel in all) kernels.Add($"{kernel.Name}_Panels{kernel.PanelBlocks}_{kernel.Activation}", kernel);
        return kernels;
    }
}
