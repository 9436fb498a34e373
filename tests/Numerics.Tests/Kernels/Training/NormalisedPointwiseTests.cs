using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>The projection of training: its input is made of a raw map, run by run; panels with a narrower last one.</summary>
public class NormalisedPointwiseTests
{
    private static readonly Dictionary<string, NormalisedPointwiseKernel> Kernels = new (int Inputs, int OutputBlocks, int Panel, int Height, int Width, ActivationKind Activation, bool Gated)[]
    {
        (16, 1, 1, 1, 1, ActivationKind.None, false), (144, 2, 2, 7, 7, ActivationKind.Silu, true), (33, 3, 2, 15, 15, ActivationKind.Silu, false), (96, 1, 1, 20, 15, ActivationKind.Relu6, true),
        (672, 7, 3, 14, 14, ActivationKind.Silu, true), (100, 5, 4, 17, 17, ActivationKind.HardSwish, true), (4, 7, 7, 3, 2, ActivationKind.Relu, true), (250, 4, 3, 19, 31, ActivationKind.None, true),
    }.Select(c => new NormalisedPointwiseKernel(new Shape(c.Inputs, c.Height, c.Width), c.OutputBlocks, c.Panel, c.Activation, c.Gated)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library =
        new(() => KernelLibrary.Of("NormalisedPointwise", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    /// <summary>Otherwise the cases above would leave a kind of panel or run untried.</summary>
    [Fact]
    public void Cases_hold_narrower_panels_and_shorter_runs()
    {
        Kernels.Values.ShouldContain(kernel => kernel.Weights.TailBlocks > 0 && kernel.Weights.FullPanels > 1);
        Kernels.Values.ShouldContain(kernel => kernel.Weights.TailBlocks > 0 && kernel.Weights.FullPanels == 1);
        Kernels.Values.ShouldContain(kernel => kernel.LastRun > 0);
        Kernels.Values.ShouldContain(kernel => kernel.LastRun == 0 && kernel.Runs > 1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_input_is_normalised_and_convolved_however_the_runs_are_shared(InstructionSet set, string title)
    {
        NormalisedPointwiseKernel kernel = Kernels[title];
        (int inputs, int outputs) = (kernel.Input.Channels, kernel.OutputBlocks * MapLayout.Lanes);
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            Tensor raw = Values.Activations($"{title} x", data, 1, inputs, kernel.Input.Height, kernel.Input.Width);
            Tensor gate = Values.Activations($"{title} gate", data, 1, inputs);
            Tensor weight = Values.Weights($"{title} w", data, outputs, inputs, 1, 1);
            Tensor bias = Values.Activations($"{title} b", data, outputs);
            var affine = new AffineMap(title, data, inputs);
            Bounded x = Bounds.Activate(affine.Of(raw), kernel.Activation, set);
            if (kernel.Gated) x = Bounds.Gated(x, gate);
            Bounded expected = Bounds.Convolve(x, weight, bias, ConvolutionGeometry.Pointwise, depthwise: false, kernel.Input.Height, kernel.Input.Width);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.MapFloats(raw)).Input("affine", affine.Packed()).Input("weights", Panels(kernel.Weights, weight, bias));
                if (kernel.Gated) run.Input("gate", Packing.MapFloats(gate));
                run.Output("y", kernel.OutputBlocks * MapLayout.Plane(kernel.Input)).Output("scratch", kernel.ScratchFloats);
                Splits.ShouldNotMatter(kernel.Runs, where, ranges =>
                {
                    run.Forget("y");
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["y"]];
                });
                run.Call(0, kernel.Runs);
                Judge.Map(run["y"], expected, data, where);
            }
        }
    }

    /// <summary>The weights as the kernel reads them: rows past the inputs zero.</summary>
    private static float[] Panels(PanelLayout layout, Tensor weight, Tensor bias)
    {
        var packed = new float[Packing.PanelFloats(layout.OutputBlocks, layout.Rows, layout.PanelBlocks, layout.Stride)];
        Packing.Panels(packed, weight, bias, layout.PanelBlocks, layout.Stride);
        return packed;
    }
}
