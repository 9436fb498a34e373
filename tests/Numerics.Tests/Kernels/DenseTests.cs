using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The classifier's matrix.</summary>
public class DenseTests
{
    private static readonly Dictionary<string, DenseKernel> Kernels = new (int Reduction, int Outputs, int Panel)[]
    {
        (1, 1, 1), (3, 2, 1), (17, 16, 1), (30, 33, 3), (64, 100, 7), (5, 128, 8), (130, 257, 1), (1280, 80, 5), (31, 90, 6), (9, 50, 2), (20, 64, 4),
    }.Select(shape => new DenseKernel(shape.Reduction, shape.Outputs, shape.Panel)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Dense", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_are_bias_and_products_however_the_panels_are_shared(InstructionSet set, string title)
    {
        DenseKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, kernel.Reduction, 1, 1);
            Tensor weight = Values.Weights($"{title} w", data, kernel.Outputs, kernel.Reduction, 1, 1);
            Tensor bias = Values.Activations($"{title} b", data, kernel.Outputs);
            var packed = new float[kernel.Panels * kernel.PanelStride];
            Packing.Panels(packed, weight, bias, kernel.PanelBlocks, kernel.PanelStride);
            Bounded expected = Bounds.Convolve(Bounded.Exact(x), weight, bias, ConvolutionGeometry.Pointwise, depthwise: false, 1, 1);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                // Exactly as many features as there are: they are read one by one.
                run.Input("x", x.ToFloats()).Input("weights", packed).Output("y", MapLayout.Blocks(kernel.Outputs) * MapLayout.Lanes);
                Splits.ShouldNotMatter(kernel.Panels, where, ranges =>
                {
                    run.Forget("y");
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["y"]];
                });
                run.Call(0, kernel.Panels);
                Judge.Map(run["y"], expected, data, where);
            }
        }
    }
}
