using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The gradient of a pointwise convolution's weights where the input is made of a raw map as it is needed.</summary>
public class NormalisedWeightGradientTests
{
    private static readonly Dictionary<string, NormalisedWeightGradientKernel> Kernels = new (int Inputs, int Outputs, int Panel, int Positions, ActivationKind Activation, bool Gated)[]
    {
        (16, 16, 1, 1, ActivationKind.None, false), (144, 24, 2, 49, ActivationKind.Silu, true), (33, 17, 2, 225, ActivationKind.Silu, false), (96, 8, 1, 300, ActivationKind.Relu6, true),
        (100, 40, 2, 289, ActivationKind.HardSwish, true), (20, 4, 3, 256, ActivationKind.None, true), (64, 96, 2, 145, ActivationKind.Silu, true), (5, 70, 7, 7, ActivationKind.Relu, true),
    }.Select((c, n) => new NormalisedWeightGradientKernel(new PanelLayout(c.Inputs, c.Outputs, c.Panel), c.Positions, c.Activation, c.Gated, HasBias: n % 2 == 0)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library =
        new(() => KernelLibrary.Of("NormalisedWeightGradient", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_input_is_normalised_and_its_products_are_added_however_the_blocks_are_shared(InstructionSet set, string title)
    {
        NormalisedWeightGradientKernel kernel = Kernels[title];
        PanelLayout weights = kernel.Weights;
        GradientRuns runs = GradientRuns.Of(kernel.Positions);
        int sums = runs.Full + (runs.Last > 0 ? 1 : 0);
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            Tensor e = Values.Activations($"{title} e", data, 1, weights.Inputs, 1, kernel.Positions);
            Tensor dy = Values.Activations($"{title} dy", data, 1, weights.Outputs, 1, kernel.Positions);
            Tensor gate = Values.Activations($"{title} gate", data, 1, weights.Inputs);
            var affine = new AffineMap(title, data, weights.Inputs);
            Bounded x = Bounds.Activate(affine.Of(e), kernel.Activation, set);
            if (kernel.Gated) x = Bounds.Gated(x, gate);
            PanelGradients gradients = PanelGradients.Of(title, weights, data);
            Bounded weight = OuterProducts.Weights(gradients.Weight, x, dy, sums);
            Bounded bias = kernel.HasBias ? OuterProducts.Biases(gradients.Bias, dy, sums) : Bounded.Exact(gradients.Bias);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("e", Packing.MapFloats(e)).Input("affine", affine.Packed()).Input("dy", Packing.MapFloats(dy));
                if (kernel.Gated) run.Input("gate", Packing.MapFloats(gate));
                run.InOut("dw", gradients.Before()).Output("scratch", kernel.ScratchFloats);
                Splits.ShouldNotMatter(kernel.Pieces, where, ranges =>
                {
                    run.Set("dw", gradients.Before());
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["dw"]];
                }, gradients.Before());
                run.Set("dw", gradients.Before()).Call(0, kernel.Pieces);
                gradients.ShouldBecome(run["dw"], weight, bias, data, where);
            }
        }
    }
}
