using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Passes;

public class RegionFormingTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_operation_belongs_to_exactly_one_region(string name) => EveryOperationOnce(PublishedNetwork.Of(name).Network());

    [Theory]
    [InlineData("""{ "block": "depthwiseSeparable", "kernel": 3, "stride": 2, "channels": 24, "repeats": 2 }""")]
    [InlineData("""{ "kernel": 5, "stride": 2, "expansion": 4, "channels": 24, "repeats": 2, "squeezeExcite": 0 }""")]
    [InlineData("""{ "block": "fused", "kernel": 3, "stride": 2, "expansion": 1, "channels": 24, "repeats": 2 }""")]
    [InlineData("""{ "block": "fused", "kernel": 5, "stride": 1, "expansion": 3, "channels": 16, "repeats": 2 }""")]
    [InlineData("""{ "kernel": 1, "stride": 1, "expansion": 2, "channels": 24, "repeats": 1 }""")]
    [InlineData("""{ "kernel": 3, "stride": 2, "expansion": 1, "channels": 24, "repeats": 2, "squeezeExcite": 0.25 }""")]
    public void Odd_networks_are_gathered_too(string stage)
    {
        string text = $$"""
            {"name": "N", "resolution": 32, "classes": 5,
             "stages": [{ "kernel": 3, "stride": 1, "expansion": 1, "channels": 16, "repeats": 1 }, {{stage}}]}
            """;
        EveryOperationOnce(NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid(text))));
        EveryOperationOnce(NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid(text.Replace("\"classes\"", "\"head\": {\"rule\": \"none\"}, \"classes\"", StringComparison.Ordinal)))));
    }

    [Fact]
    public void B0_is_stem_and_depthwise_together_then_blocks_of_two_regions_then_head_and_classifier()
    {
        Region[] regions = RegionForming.Apply(NetworkCompiler.ToInference(PublishedNetwork.Of("B0").Network())).Regions.ToArray();
        regions.Length.ShouldBe(16 * 2 + 2);
        for (int block = 0; block < 16; block++)
        {
            var depthwise = regions[block * 2].ShouldBeOfType<DepthwiseRegion>();
            var projection = regions[block * 2 + 1].ShouldBeOfType<ProjectionRegion>();
            depthwise.ProducedByStem.ShouldBe(block == 0);
            depthwise.Producer.ShouldNotBeNull();
            projection.Source.ShouldBe(depthwise.Depthwise);
            projection.SqueezeExcite.ShouldBe(depthwise.SqueezeExcite);
            projection.SqueezeExcite.ShouldNotBeNull();
            projection.Name.ShouldBe(depthwise.Name);
        }

        regions.OfType<ProjectionRegion>().Count(region => region.Residual is not null).ShouldBe(9);
        regions[^2].ShouldBeOfType<HeadRegion>().Head.ShouldNotBeNull();
        regions[^1].ShouldBeOfType<ClassifierRegion>();
    }

    [Fact]
    public void V2_begins_with_stem_and_fused_blocks_which_are_one_region_each()
    {
        Region[] regions = RegionForming.Apply(NetworkCompiler.ToInference(PublishedNetwork.Of("V2B1").Network())).Regions.ToArray();
        regions[0].ShouldBeOfType<StemRegion>();
        FusedMBConvRegion[] fused = regions.OfType<FusedMBConvRegion>().ToArray();
        fused.ShouldBe(regions[1..9]);
        fused.Select(region => region.Name).ShouldBe(["1.0", "1.1", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2"]);
        fused.Select(region => region.Projection is not null).ShouldBe([false, false, true, true, true, true, true, true]);
        fused.Select(region => region.Residual is not null).ShouldBe([false, true, false, true, true, false, true, true]);
        regions[9].ShouldBeOfType<DepthwiseRegion>().Producer.ShouldNotBeNull().Name.ShouldBe("4.0 expansion");
    }

    /// <summary>What alone reads a fused block's map may be the next block's expansion, or its depthwise convolution: they stay theirs.</summary>
    [Theory]
    [InlineData(4, "2.0 expansion")]
    [InlineData(1, null)]
    public void A_fused_block_without_expansion_ends_before_the_next_block(int expansion, string? producer)
    {
        Network network = NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid($$"""
            {"name": "N", "resolution": 32, "classes": 5, "stages": [{ "block": "fused", "kernel": 3, "stride": 2, "expansion": 1, "channels": 24, "repeats": 1 },
                                                                     { "kernel": 3, "stride": 2, "expansion": {{expansion}}, "channels": 24, "repeats": 1 }]}
            """)));
        Region[] regions = RegionForming.Apply(NetworkCompiler.ToInference(network)).Regions.ToArray();
        regions[1].ShouldBeOfType<FusedMBConvRegion>().Projection.ShouldBeNull();
        (regions[2].ShouldBeOfType<DepthwiseRegion>().Producer?.Name).ShouldBe(producer);
    }

    [Fact]
    public void A_stem_that_an_expansion_reads_is_a_region_of_its_own()
    {
        Network network = NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid(SmallNets.Text("N"))));
        Region[] regions = RegionForming.Apply(NetworkCompiler.ToInference(network)).Regions.ToArray();
        regions[0].ShouldBeOfType<StemRegion>();
        regions[1].ShouldBeOfType<DepthwiseRegion>().Producer.ShouldNotBeNull().Name.ShouldBe("1.0 expansion");
    }

    [Fact]
    public void A_depthwise_convolution_of_a_map_with_a_residual_reads_it_stored()
    {
        Region[] regions = RegionForming.Apply(NetworkCompiler.ToInference(PublishedNetwork.Of("B1").Network())).Regions.ToArray();
        regions.OfType<DepthwiseRegion>().Single(region => region.Name == "1.1").Producer.ShouldBeNull();
    }

    /// <summary>A projection that only the pooling reads is pooled as it is made; a residual's sum is a map, and pooled from there.</summary>
    [Theory]
    [InlineData(1, "1.0 projection")]
    [InlineData(2, null)]
    public void Without_a_head_the_last_projection_or_the_last_map_is_pooled(int repeats, string? convolution)
    {
        Network network = NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid($$"""
            {"name": "N", "resolution": 32, "classes": 5, "head": {"rule": "none"}, "stages": [{ "kernel": 3, "stride": 2, "expansion": 4, "channels": 24, "repeats": {{repeats}}, "squeezeExcite": 0 }]}
            """)));
        ConvolutionOp? head = RegionForming.Apply(NetworkCompiler.ToInference(network)).Regions.OfType<HeadRegion>().ShouldHaveSingleItem().Head;
        (head?.Name).ShouldBe(convolution);
    }

    private static void EveryOperationOnce(Network training)
    {
        Network inference = NetworkCompiler.ToInference(training);
        int[] gathered = RegionForming.Apply(inference).Regions.SelectMany(OperationsOf).Select(op => op.Id).ToArray();
        gathered.ShouldBeUnique();

        // The gate of squeeze-excite has no place of its own in a region: its scale stands for it.
        gathered.Order().ShouldBe(inference.Ops.Where(op => op is not (InputOp or SigmoidOp)).Select(op => op.Id).Order());
    }

    private static IEnumerable<Op> OperationsOf(Region region) => region switch
    {
        StemRegion r => [r.Stem],
        DepthwiseRegion r => new Op?[] { r.Producer, r.Depthwise, r.SqueezeExcite?.Pool, r.SqueezeExcite?.Reduction, r.SqueezeExcite?.Expansion, r.SqueezeExcite?.Scale }.OfType<Op>(),
        ProjectionRegion r => new Op?[] { r.Projection, r.Residual }.OfType<Op>(),
        FusedMBConvRegion r => new Op?[] { r.Dense, r.Projection, r.Residual }.OfType<Op>(),
        HeadRegion r => new Op?[] { r.Head, r.Pool }.OfType<Op>(),
        ClassifierRegion r => [r.Classifier],
        _ => throw new InvalidOperationException(region.GetType().Name),
    };
}
