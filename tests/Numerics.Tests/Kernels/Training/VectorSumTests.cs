using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>Shares of images: cleared, and summed after what is there.</summary>
public class VectorSumTests
{
    private const int Blocks = 5;
    private const int Floats = Blocks * MapLayout.Lanes;

    /// <summary>Floats from one image's vector to the next's: other things lie between them.</summary>
    private const int Stride = Floats + 3 * MapLayout.Lanes;

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("VectorSum",
        new Kernel[] { new VectorClearKernel(), new VectorSumKernel() }.ToDictionary(kernel => kernel.Name)));

    public static TheoryData<InstructionSet, int> Cases => KernelIsas.Cross([1, 2, 7]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Shares_are_added_image_by_image_however_the_blocks_are_shared(InstructionSet set, int images)
    {
        foreach (Data data in Enum.GetValues<Data>())
        {
            float[] x = Values.Activations("shares", data, (images - 1) * Stride + Floats).ToFloats(), before = Values.Activations("gradient", data, Floats).ToFloats();
            float[] expected = Enumerable.Range(0, Floats).Select(i => Enumerable.Range(0, images).Aggregate(before[i], (sum, n) => sum + x[n * Stride + i])).ToArray();
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {images} images";
                using var run = new KernelRun(Library.Value[set, new VectorSumKernel().Name], guard);
                run.Input("x", x).InOut("y", before).Number("images", images).Number("imageStride", Stride);
                Splits.ShouldNotMatter(Blocks, where, ranges =>
                {
                    run.Set("y", before);
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["y"]];
                }, before);
                run.Set("y", before).Call(0, Blocks);
                run["y"].ShouldBeBitwise(expected, where);
            }
        }
    }

    public static TheoryData<InstructionSet, int> ClearedCases => KernelIsas.Cross([Blocks]);

    [Theory]
    [MemberData(nameof(ClearedCases))]
    public void The_blocks_of_a_range_become_zero_and_no_others(InstructionSet set, int blocks)
    {
        float[] before = Values.Activations("shares", Data.Reals, blocks * MapLayout.Lanes).ToFloats();
        for (int first = 0; first <= blocks; first++)
        {
            for (int last = first; last <= blocks; last++)
            {
                using var run = new KernelRun(Library.Value[set, new VectorClearKernel().Name], Guard.After);
                run.InOut("y", before).Call(first, last);
                float[] expected = [.. before];
                Array.Clear(expected, first * MapLayout.Lanes, (last - first) * MapLayout.Lanes);
                run["y"].ShouldBeBitwise(expected, $"{set}, blocks {first} … {last - 1}");
            }
        }
    }
}
