using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The gradient of a pointwise convolution's weights for one image: one run or several, a shorter last one, a narrower last panel.</summary>
public class WeightGradientTests
{
    private static readonly Dictionary<string, WeightGradientKernel> Kernels = new (int Inputs, int Outputs, int Panel, int Positions)[]
    {
        (16, 16, 1, 1), (24, 144, 3, 49), (17, 33, 2, 225), (8, 96, 6, 300), (40, 100, 4, 289), (4, 20, 3, 256), (96, 64, 2, 145), (12, 16, 1, 7), (50, 70, 7, 113),
    }.Select((c, n) => new WeightGradientKernel(new PanelLayout(c.Inputs, c.Outputs, c.Panel), c.Positions, HasBias: n % 2 == 0)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("WeightGradient", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_over_a_map_are_added_to_the_gradient_however_the_panels_are_shared(InstructionSet set, string title)
    {
        WeightGradientKernel kernel = Kernels[title];
        PanelLayout weights = kernel.Weights;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, weights.Inputs, 1, kernel.Positions);
            Tensor dy = Values.Activations($"{title} dy", data, 1, weights.Outputs, 1, kernel.Positions);
            PanelGradients gradients = PanelGradients.Of(title, weights, data);
            Bounded weight = OuterProducts.Weights(gradients.Weight, Bounded.Exact(x), dy, Sums(kernel.Positions));
            Bounded bias = kernel.HasBias ? OuterProducts.Biases(gradients.Bias, dy, Sums(kernel.Positions)) : Bounded.Exact(gradients.Bias);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.MapFloats(x)).Input("dy", Packing.MapFloats(dy)).InOut("dw", gradients.Before());
                Splits.ShouldNotMatter(weights.Panels, where, ranges =>
                {
                    run.Set("dw", gradients.Before());
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["dw"]];
                }, gradients.Before());
                run.Set("dw", gradients.Before()).Call(0, weights.Panels);
                gradients.ShouldBecome(run["dw"], weight, bias, data, where);
            }
        }
    }

    private static int Sums(int positions)
    {
        GradientRuns runs = GradientRuns.Of(positions);
        return runs.Full + (runs.Last > 0 ? 1 : 0);
    }
}
