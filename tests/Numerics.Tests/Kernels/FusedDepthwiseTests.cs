using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Producer, depthwise convolution, sums and squeeze over a ring of rows.</summary>
public class FusedDepthwiseTests
{
    private static readonly Dictionary<string, FusedDepthwiseKernel> Kernels = FusedDepthwiseCases.Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("FusedDepthwise", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Maps_sums_and_squeeze_are_those_of_the_separate_operations(InstructionSet set, string title)
    {
        FusedDepthwiseKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && !FusedDepthwiseProblem.IsExact(kernel)) continue;
            var problem = new FusedDepthwiseProblem(title, kernel, data, set);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using KernelRun run = problem.Prepare(Library.Value[set, title], guard, traces: true);
                run.Call(0, kernel.Groups * kernel.Bands);
                if (kernel.Producer != ProducerKind.None) Judge.Map(run["trace"], problem.Expanded, data, $"{where}: trace");
                Judge.Map(problem.MapOf(run), problem.Output, data, $"{where}: map");
                int channels = MapLayout.Blocks(kernel.Expanded.Channels) * MapLayout.Lanes;
                for (int band = 0; kernel.Pooled && band < kernel.Bands; band++)
                {
                    Judge.Map(run["sums"].AsSpan(band * channels, channels).ToArray(), problem.Sums[band], data, $"{where}: sums of band {band}");
                }

                // One over the positions is a float only where they are a power of two.
                if (!kernel.ReducesSqueeze || (data == Data.WholeNumbers && (kernel.Output.Positions & (kernel.Output.Positions - 1)) != 0)) continue;
                (double[] partials, double[] errors) = problem.Partials();
                Judge.Floats(run["partials"], partials, errors, data, $"{where}: squeeze");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_pieces_gives_the_same_bits(InstructionSet set, string title)
    {
        FusedDepthwiseKernel kernel = Kernels[title];
        var problem = new FusedDepthwiseProblem(title, kernel, Data.Reals, set);
        bool traces = kernel.Producer != ProducerKind.None;
        string[] names = [.. problem.Outputs, .. traces ? new[] { "trace" } : []];
        using KernelRun traced = problem.Prepare(Library.Value[set, title], Guard.After, traces: true);
        Splits.ShouldNotMatter(kernel.Groups * kernel.Bands, $"{set}, {title}", ranges => Share(traced, names, ranges));
        // Nor does it matter whether the producer's map is handed out.
        using KernelRun run = problem.Prepare(Library.Value[set, title], Guard.After, traces: false);
        float[][] with = Share(traced, names, [(0, kernel.Groups * kernel.Bands)]);
        float[][] without = Share(run, [.. problem.Outputs], [(0, kernel.Groups * kernel.Bands)]);
        for (int i = 0; i < without.Length; i++) without[i].ShouldBeBitwise(with[i], $"{set}, {title}: {names[i]}, traced");
    }

    [Fact]
    public void The_cases_cover_every_producer_padding_and_shape_of_bands()
    {
        Kernels.Values.Select(kernel => (kernel.Producer, kernel.Depthwise.Kernel)).Distinct().Count().ShouldBeGreaterThanOrEqualTo(8);
        Kernels.Values.ShouldContain(kernel => kernel.Depthwise.PadTop == 0, "SAME at stride 2 on an even map has no row above");
        Kernels.Values.ShouldContain(kernel => kernel.Bands > 1 && kernel.BandRows * kernel.Bands > kernel.Output.Height);
        Kernels.Values.ShouldContain(kernel => kernel.ReducesSqueeze);
        Kernels.Values.ShouldContain(kernel => kernel.Halves != null && kernel.Halves.OfRows && kernel.Halves.Length(0) != kernel.Halves.Length(1));
        Kernels.Values.ShouldContain(kernel => kernel.TailBlocks > 0 && kernel.RowsAtOnce > 1);
        Kernels.Values.ShouldContain(kernel => kernel.TailBlocks > 0 && kernel.ReducesSqueeze && kernel.FullGroups > 1);
        Kernels.Values.ShouldContain(kernel => kernel.Squeeze != null && !kernel.ReducesSqueeze);
        Kernels.Values.ShouldContain(kernel => kernel.Streams && kernel.TailBlocks == kernel.GroupBlocks - 1 && kernel.GroupBlocks > 3,
            "a last group so wide that only the full groups' places leave the row of zeros alone");
        Kernels.Values.ShouldContain(kernel => kernel.Streams && kernel.Halves != null && !kernel.Pooled && kernel.DepthwiseActivation == ActivationKind.Relu);
        foreach (FusedDepthwiseKernel kernel in Kernels.Values)
        {
            if (kernel.Bands > 1) kernel.TailBlocks.ShouldBe(0, "bands are numbered before groups of one width");
            ((kernel.Bands - 1) * kernel.BandRows).ShouldBeLessThan(kernel.Output.Height, "a band without rows");
        }
    }

    private static float[][] Share(KernelRun run, string[] names, (int First, int Last)[] ranges)
    {
        foreach (string name in names) run.Forget(name);
        foreach ((int first, int last) in ranges)
        {
            run.Forget("scratch");
            run.Call(first, last);
        }

        return names.Select(name => run[name]).ToArray();
    }
}
