using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Passes;

public class CompoundScalingTests
{
    private static readonly RoundingSpec Published = new(8, KeepNinetyPercent: true);

    [Theory]
    [InlineData(32, 1.0, 32)]
    [InlineData(24, 1.1, 24)]
    [InlineData(40, 1.1, 48)] // 44 lies in the middle and is rounded up
    [InlineData(320, 1.1, 352)]
    [InlineData(16, 1.2, 24)] // 19.2 → 16 is less than nine tenths of it
    [InlineData(16, 1.4, 24)]
    [InlineData(1280, 1.01, 1296)]
    [InlineData(1280, 4.3, 5504)]
    [InlineData(1, 0.1, 8)] // never below the divisor
    [InlineData(27, 1.0, 32)] // 24 is less than nine tenths of 27
    [InlineData(26, 1.0, 24)] // 24 is more than nine tenths of 26
    public void Channels_are_rounded_as_published(int channels, double width, int expected) =>
        CompoundScaling.RoundChannels(channels, width, Published).ShouldBe(expected);

    [Theory]
    [InlineData(27, 1.0, 24)]
    [InlineData(16, 1.2, 16)]
    [InlineData(16, 1.25, 24)]
    public void Without_the_rule_of_nine_tenths_the_nearest_multiple_stays(int channels, double width, int expected) =>
        CompoundScaling.RoundChannels(channels, width, new RoundingSpec(8, KeepNinetyPercent: false)).ShouldBe(expected);

    [Theory]
    [InlineData(13, 1, 13)]
    [InlineData(13, 2, 14)]
    [InlineData(13, 5, 15)]
    [InlineData(13, 16, 16)]
    [InlineData(70, 64, 64)]
    public void Another_divisor_makes_other_multiples(int channels, int divisor, int expected) =>
        CompoundScaling.RoundChannels(channels, 1, new RoundingSpec(divisor, KeepNinetyPercent: true)).ShouldBe(expected);

    [Fact]
    public void Rounding_keeps_its_promises_for_many_counts()
    {
        foreach (int divisor in new[] { 1, 3, 4, 8, 16 })
        {
            for (int channels = 1; channels <= 400; channels++)
            {
                foreach (double width in new[] { 0.3, 0.5, 1.0, 1.1, 1.37, 2.2 })
                {
                    int rounded = CompoundScaling.RoundChannels(channels, width, new RoundingSpec(divisor, KeepNinetyPercent: true));
                    string name = $"{channels} × {width} by {divisor}";
                    (rounded % divisor).ShouldBe(0, name);
                    rounded.ShouldBeGreaterThanOrEqualTo(divisor, name);
                    ((double)rounded).ShouldBeGreaterThanOrEqualTo(0.9 * channels * width * (1 - 1e-12), name);
                    ((double)rounded).ShouldBeLessThanOrEqualTo(Math.Max(divisor, channels * width + divisor), name);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(1, 1.1, 2)]
    [InlineData(2, 1.1, 3)]
    [InlineData(3, 1.4, 5)]
    [InlineData(4, 3.1, 13)]
    [InlineData(4, 0.5, 2)]
    [InlineData(3, 0.1, 1)]
    [InlineData(3, 1.1, 4)] // 3.3000000000000003
    [InlineData(10, 1.1, 11)] // in double the product is 11 exactly, though 1.1 itself is a little more
    [InlineData(100, 1.1, 111)] // and here it is 110.00000000000001, of which every implementation makes 111
    public void Repeats_are_rounded_up(int repeats, double depth, int expected) => CompoundScaling.RoundRepeats(repeats, depth).ShouldBe(expected);

    [Theory]
    [InlineData("torchvision", 1280)]
    [InlineData("timm", 1296)]
    [InlineData("tensorflow", 1296)]
    public void The_heads_rule_shows_at_a_width_of_1_01(string convention, int head) =>
        CompoundScaling.Apply(Specs.Valid($$"""{"name": "N", "convention": "{{convention}}", "width": 1.01, "depth": 1, "resolution": 224}""")).HeadChannels.ShouldBe(head);

    [Fact]
    public void Only_a_stages_first_block_has_its_stride_and_the_width_before_it()
    {
        BlockArchitecture[] blocks = CompoundScaling.Apply(Specs.B0With("\"classes\": 7")).Blocks.ToArray();
        int channels = 32;
        foreach (BlockArchitecture block in blocks)
        {
            block.InputChannels.ShouldBe(channels, block.Name);
            if (block.IndexInStage > 0) (block.Stride, block.InputChannels).ShouldBe((1, block.OutputChannels), block.Name);
            channels = block.OutputChannels;
        }

        blocks.Where(block => block.Stride == 2).Select(block => block.Name).ShouldBe(["2.0", "3.0", "4.0", "6.0"]);
    }

    [Fact]
    public void A_squeeze_has_at_least_one_channel()
    {
        ArchitectureSpec spec = Specs.Valid("""
            {"name": "N", "resolution": 16, "stem": {"channels": 8, "scaled": false},
             "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 2, "squeezeExcite": 0.01}]}
            """);
        CompoundScaling.Apply(spec).Blocks.Select(block => block.SqueezeChannels).ShouldBe([1, 1]);
    }
}
