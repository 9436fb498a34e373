using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The gradient of a panel's biases.</summary>
public class BiasGradientTests
{
    private static readonly Dictionary<string, BiasGradientKernel> Kernels = new (int Positions, int Blocks, int Gap)[]
    {
        (1, 1, 0), (2, 3, 1), (7, 2, 0), (49, 7, 0), (49, 8, 2), (112, 1, 3), (13, 5, 1), (16, 4, 0),
    }.Select(c => new BiasGradientKernel(c.Positions, c.Blocks, (c.Positions + c.Gap) * MapLayout.Lanes)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("BiasGradient", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_over_a_run_of_positions_are_added_to_the_gradient(InstructionSet set, string title)
    {
        BiasGradientKernel kernel = Kernels[title];
        int outputs = kernel.PanelBlocks * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor dy = Values.Activations($"{title} dy", data, 1, outputs, 1, kernel.Positions);
            Tensor before = Values.Activations($"{title} db", data, outputs);
            Bounded expected = OuterProducts.Biases(before, dy, sums: 1);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("dy", Packing.Spread(Packing.MapFloats(dy), kernel.Positions * MapLayout.Lanes, kernel.OutputPlane));
                run.InOut("db", before.ToFloats()).Call();
                Judge.Floats(run["db"], expected.Value.Data, expected.Error.Data, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }
}
