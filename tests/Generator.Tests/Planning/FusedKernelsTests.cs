using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

/// <summary>How depthwise regions of the published networks are cut.</summary>
public class FusedKernelsTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Calls_make_every_channel_and_row_once(string name)
    {
        foreach (DepthwiseStep step in PublishedNetwork.Of(name).Plan().Execution.Steps.OfType<DepthwiseStep>())
        {
            FusedKernels fused = step.Fused;
            FusedDepthwiseKernel kernel = fused.Kernel;
            if (fused.Halves is not { OfRows: false } halves)
            {
                fused.Calls.Count.ShouldBe(1, step.Name);
                fused.Groups.ShouldBe(kernel.Groups, step.Name);
                kernel.TailBlocks.ShouldBe(0, step.Name);
                continue;
            }

            fused.Calls.Count.ShouldBe(2, step.Name);
            for (int half = 0; half < 2; half++)
            {
                (FusedDepthwiseKernel k, int groups) = fused.Calls[half];
                int blocks = Math.Min(groups, k.FullGroups) * k.GroupBlocks + (groups > k.FullGroups ? k.TailBlocks : 0);
                blocks.ShouldBe(halves.Length(half), $"{step.Name}, half {half}: {k.Name}");
                k.GroupStride.ShouldBe(kernel.GroupStride, "weights of both halves lie in one grid");
            }
        }
    }

    /// <summary>Of two workers none makes more than a ninth above its half.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Halves_are_nearly_even(string name)
    {
        foreach (DepthwiseStep step in PublishedNetwork.Of(name).Plan().Execution.Steps.OfType<DepthwiseStep>())
        {
            MapHalves halves = step.Fused.Halves.ShouldNotBeNull(step.Name);
            (9 * halves.Length(0)).ShouldBeLessThanOrEqualTo(5 * (halves.Length(0) + halves.Length(1)), $"{step.Name}: {halves}");
            halves.Length(0).ShouldBeGreaterThanOrEqualTo(halves.Length(1), step.Name);
        }
    }
}
