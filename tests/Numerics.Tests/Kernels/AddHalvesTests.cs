using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The sum of a projection's two parts.</summary>
public class AddHalvesTests
{
    private static readonly Dictionary<string, AddHalvesKernel> Kernels =
        new AddHalvesKernel[] { new(Residual: false, ActivationKind.None), new(Residual: true, ActivationKind.None), new(Residual: false, ActivationKind.Relu6), new(Residual: true, ActivationKind.Relu) }
            .ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("AddHalves", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_parts_and_the_residual_are_added_whoever_makes_which_lines(InstructionSet set, string title)
    {
        AddHalvesKernel kernel = Kernels[title];
        foreach ((int blocks, int positions) in new[] { (1, 1), (1, 7), (5, 49), (3, 13), (2, 225) })
        {
            foreach (Data data in Enum.GetValues<Data>()) Check(set, kernel, blocks, positions, data);
        }
    }

    private static void Check(InstructionSet set, AddHalvesKernel kernel, int blocks, int positions, Data data)
    {
        string title = $"{set}, {data}, {kernel.Name}, {blocks} blocks of {positions} positions";
        Tensor[] terms = new[] { "y1", "y2", "residual" }.Take(kernel.Residual ? 3 : 2)
            .Select(name => Values.Activations($"{title} {name}", data, 1, blocks * MapLayout.Lanes, 1, positions)).ToArray();
        Bounded sum = terms.Skip(1).Aggregate(Bounded.Exact(terms[0]), (all, term) => Bounds.Add(all, Bounded.Exact(term)));
        Bounded expected = Bounds.Activate(sum, kernel.Clamp, set);
        int pieces = blocks * positions;
        foreach (Guard guard in Enum.GetValues<Guard>())
        {
            using var run = new KernelRun(Library.Value[set, kernel.Name], guard);
            run.Input("y1", Packing.MapFloats(terms[0])).Input("y2", Packing.MapFloats(terms[1])).Output("y", pieces * MapLayout.Lanes);
            if (kernel.Residual) run.Input("residual", Packing.MapFloats(terms[2]));
            run.Call(0, pieces);
            Judge.Map(run["y"], expected, data, $"{title}, guard {guard}");
            Splits.ShouldNotMatter(pieces, title, ranges =>
            {
                run.Forget("y");
                foreach ((int first, int last) in ranges) run.Call(first, last);
                return [run["y"]];
            });
        }
    }
}
