using EfficientNet.Compiler.Model;
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

    /// <summary>The size of the whole map decides, of a half of its channels too; the limit is decision 0033's.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_larger_than_the_caches_go_past_them(string name)
    {
        const double limit = 6 * 1024 * 1024;
        foreach (DepthwiseStep step in PublishedNetwork.Of(name).Plan().Execution.Steps.OfType<DepthwiseStep>())
        {
            MapHalves halves = step.Fused.Halves.ShouldNotBeNull(step.Name);
            double bytes = 4.0 * 16 * MapLayout.Blocks(halves.Map.Channels) * halves.Map.Height * halves.Map.Width;
            foreach (FusedCall call in step.Fused.Calls) call.Kernel.Streams.ShouldBe(bytes >= limit, $"{step.Name}: {call.Kernel.Name}, {bytes} bytes");
        }
    }

    /// <summary>The limits are decision 0035's.</summary>
    [Theory]
    [InlineData(48, "Silu", false, true)]
    [InlineData(130, "Silu", false, true)]
    [InlineData(47, "Silu", false, false)] // too narrow
    [InlineData(57, "Silu", false, false)] // its tiles of 12 count columns twice
    [InlineData(48, "HardSwish", false, false)]
    [InlineData(48, "None", false, false)]
    [InlineData(48, "Silu", true, false)] // goes past the caches
    public void Wide_rows_are_activated_in_their_tiles(int columns, string activation, bool streams, bool expected)
    {
        var row = new DepthwiseRowKernel(3, 1, columns, (columns + 2) * MapLayout.Lanes, columns * MapLayout.Lanes, ActivationKind.None);
        (ActivatedDepthwiseRowKernel.Of(row, new RowPassKernel(Enum.Parse<ActivationKind>(activation), Sum: true) { Streams = streams }) is not null).ShouldBe(expected);
        ActivatedDepthwiseRowKernel.Of(row, null).ShouldBeNull();
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(9, false)] // 14 sums, 9 taps, an input, 8 constants and the sum over positions
    public void An_activated_tile_fits_the_registers(int size, bool expected) => (ActivatedDepthwiseRowKernel.Of(
        new DepthwiseRowKernel(size, 1, 56, 64 * MapLayout.Lanes, 56 * MapLayout.Lanes, ActivationKind.None), new RowPassKernel(ActivationKind.Silu, Sum: true)) is not null).ShouldBe(expected);

    [Fact]
    public void Some_networks_have_such_maps_and_some_have_none()
    {
        bool Streams(string name) => PublishedNetwork.Of(name).Plan().Execution.Steps.OfType<DepthwiseStep>().Any(step => step.Fused.Kernel.Streams);
        Streams("B0").ShouldBeFalse();
        Streams("B7").ShouldBeTrue();
        PublishedNetwork.Of("B7").Plan().Execution.Steps.OfType<DepthwiseStep>()
            .ShouldContain(step => step.Fused.OfChannels != null && step.Fused.Kernel.Streams, "halves of channels of a large map");
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
