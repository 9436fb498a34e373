using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Backward pass of a depthwise convolution: gradients of its weights and its input, and the sums that BatchNorm needs.</summary>
public class DepthwiseBackwardTests
{
    private static readonly Dictionary<string, DepthwiseBackwardKernel> Kernels = DepthwiseBackwardCases.Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("DepthwiseBackward", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_and_sums_are_those_of_the_separate_operations(InstructionSet set, string title)
    {
        DepthwiseBackwardKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Source.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            var problem = new DepthwiseBackwardProblem(title, kernel, data, set);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using KernelRun run = problem.Prepare(Library.Value[set, title], guard);
                run.Call(0, kernel.Blocks);
                Judge.Map(run["de"], problem.De, data, $"{where}: input");
                (double[] weights, double[] errors) = problem.Weights;
                Judge.Floats(run["dw"], weights, errors, data, $"{where}: weights");
                if (!kernel.Source.Normalised) continue;
                (double[] sums, errors) = problem.Sums;
                Judge.Floats(run["sums"], sums, errors, data, $"{where}: sums");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_blocks_gives_the_same_bits(InstructionSet set, string title)
    {
        DepthwiseBackwardKernel kernel = Kernels[title];
        var problem = new DepthwiseBackwardProblem(title, kernel, Data.Reals, set);
        string[] stored = problem.Outputs.Where(name => name != "dw").ToArray();
        using KernelRun first = problem.Prepare(Library.Value[set, title], Guard.After);
        first.Call(0, kernel.Blocks);
        Splits.ShouldNotMatter(kernel.Blocks, $"{set}, {title}", ranges =>
        {
            // What is added to begins anew.
            using KernelRun run = problem.Prepare(Library.Value[set, title], Guard.After);
            foreach ((int from, int to) in ranges)
            {
                run.Forget("scratch");
                run.Call(from, to);
            }

            if (ranges.Any(range => range.First < range.Last)) run["dw"].ShouldBeBitwise(first["dw"], $"{set}, {title}: dw");
            return stored.Select(name => run[name]).ToArray();
        });
    }

    [Fact]
    public void The_cases_cover_both_forms_of_scratch_and_every_geometry()
    {
        foreach (bool whole in new[] { true, false })
        {
            Kernels.Values.Where(kernel => kernel.Whole == whole).Select(kernel => kernel.Geometry.Stride).Distinct().Count().ShouldBe(3);
        }

        Kernels.Values.Select(kernel => kernel.Geometry.Kernel).Distinct().Count().ShouldBe(9);
        Kernels.Values.ShouldContain(kernel => !kernel.Whole && kernel.Input.Height < kernel.Geometry.Kernel);
        Kernels.Values.ShouldContain(kernel => !kernel.Whole && kernel.Geometry.Kernel < kernel.Geometry.Stride);
        Kernels.Values.ShouldContain(kernel => kernel.Geometry.PadTop != kernel.Geometry.PadLeft);
        Kernels.Values.ShouldContain(kernel => kernel.Source.Residual);
    }
}
