using System.Globalization;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Tests.Graph;

public class PublishedNetworkTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Three_numbers_make_the_published_parameter_count(string name)
    {
        PublishedNetwork published = PublishedNetwork.Of(name);
        published.Network().Parameters.ShouldBe(published.Parameters);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_multiply_adds_are_the_published_ones(string name)
    {
        PublishedNetwork published = PublishedNetwork.Of(name);
        int decimals = published.GigaMultiplyAdds.Length - published.GigaMultiplyAdds.IndexOf('.') - 1;
        decimal giga = published.Network().MultiplyAdds / 1e9m;
        Math.Round(giga, decimals, MidpointRounding.AwayFromZero).ToString("F" + decimals, CultureInfo.InvariantCulture).ShouldBe(published.GigaMultiplyAdds);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Channels_and_repeats_are_the_published_ones(string name)
    {
        PublishedNetwork published = PublishedNetwork.Of(name);
        ScaledArchitecture scaled = published.Scaled();
        scaled.StemChannels.ShouldBe(published.Stem);
        scaled.HeadChannels.ShouldBe(published.Head);
        BlockArchitecture[][] stages = scaled.Blocks.GroupBy(block => block.Stage).Select(stage => stage.ToArray()).ToArray();
        stages.Select(stage => stage.Length).ShouldBe(published.Repeats);
        stages.Select(stage => stage.Select(block => block.OutputChannels).Distinct().Single()).ShouldBe(published.Channels);
        scaled.Blocks.Select(block => block.Index).ShouldBe(Enumerable.Range(0, published.Repeats.Sum()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Squeeze_channels_are_a_quarter_of_the_blocks_input(string name)
    {
        PublishedNetwork published = PublishedNetwork.Of(name);
        foreach (BlockArchitecture block in published.Scaled().Blocks)
        {
            block.SqueezeChannels.ShouldBe(published.Lite || block.Kind == BlockKind.FusedMBConv ? 0 : Math.Max(1, block.InputChannels / 4), block.Name);
        }
    }

    /// <summary>Sides of the map after stages 1 to 7; both ways to pad agree on them.</summary>
    [Theory]
    [InlineData("B0", "112 56 28 14 14 7 7")]
    [InlineData("B1", "120 60 30 15 15 8 8")]
    [InlineData("B2", "130 65 33 17 17 9 9")]
    [InlineData("B3", "150 75 38 19 19 10 10")]
    [InlineData("B4", "190 95 48 24 24 12 12")]
    [InlineData("B5", "228 114 57 29 29 15 15")]
    [InlineData("B6", "264 132 66 33 33 17 17")]
    [InlineData("B7", "300 150 75 38 38 19 19")]
    public void Maps_shrink_as_published(string name, string sides)
    {
        foreach (string convention in new[] { "torchvision", "timm", "tensorflow" })
        {
            Network network = PublishedNetwork.Of(name).Network(convention);
            IEnumerable<Shape> maps = Enumerable.Range(1, 7)
                .Select(stage => network.Blocks.Last(mark => mark.Name.StartsWith($"{stage}.", StringComparison.Ordinal)))
                .Select(mark => network[mark.Tensor].Output).ToArray();
            string.Join(" ", maps.Select(map => map.Height)).ShouldBe(sides, convention);
            string.Join(" ", maps.Select(map => map.Width)).ShouldBe(sides, convention);
        }
    }

    /// <summary>All tensors that PyTorch saves: weights, biases, and five of each BatchNorm.</summary>
    [Theory]
    [InlineData("B0", 360)]
    [InlineData("B1", 508)]
    [InlineData("B2", 508)]
    [InlineData("B3", 574)]
    [InlineData("B4", 706)]
    [InlineData("B5", 854)]
    [InlineData("B6", 986)]
    [InlineData("B7", 1200)]
    [InlineData("B8", 1332)]
    [InlineData("L2", 1914)]
    public void There_are_as_many_tensors_as_in_the_state_dictionary(string name, int tensors) =>
        PublishedNetwork.Of(name).Network().Ops.Sum(op => op switch
        {
            ConvolutionOp c => c.HasBias ? 2 : 1,
            BatchNormOp => 5,
            LinearOp => 2,
            _ => 0,
        }).ShouldBe(tensors);

    [Theory]
    [InlineData("B0", 9)]
    [InlineData("B1", 16)]
    public void Blocks_that_keep_their_shape_have_a_residual(string name, int residuals) =>
        PublishedNetwork.Of(name).Network().Ops.OfType<AddOp>().Count().ShouldBe(residuals);

    [Fact]
    public void The_drop_rate_grows_from_block_to_block()
    {
        Network network = PublishedNetwork.Of("B0").Network();
        ScaledArchitecture scaled = PublishedNetwork.Of("B0").Scaled();
        StochasticDepthOp[] drops = network.Ops.OfType<StochasticDepthOp>().ToArray();
        drops.Length.ShouldBe(9);
        foreach (StochasticDepthOp drop in drops)
        {
            int index = scaled.Blocks.Single(block => drop.Name == block.Name + " stochastic depth").Index;
            drop.Rate.ShouldBe(0.2 * index / 16, drop.Name);
        }
    }

    [Fact]
    public void Only_squeeze_excite_and_classifier_have_biases()
    {
        foreach (ConvolutionOp c in PublishedNetwork.Of("B1").Network().Ops.OfType<ConvolutionOp>())
        {
            c.HasBias.ShouldBe(c.Name.Contains("squeeze-excite", StringComparison.Ordinal), c.Name);
        }
    }

    [Fact]
    public void The_graph_ends_with_pooling_dropout_and_classifier()
    {
        Network network = PublishedNetwork.Of("B0").Network();
        network.Ops.TakeLast(3).Select(op => op.GetType()).ShouldBe([typeof(GlobalAveragePoolOp), typeof(DropoutOp), typeof(LinearOp)]);
        network.Blocks.Select(mark => mark.Name).Take(3).ShouldBe(["stem", "1.0", "2.0"]);
        network.Blocks.Select(mark => mark.Name).TakeLast(3).ShouldBe(["7.0", "head", "features"]);
        network[network.Blocks.Single(mark => mark.Name == "features").Tensor].Output.ShouldBe(new Shape(1280, 1, 1));
    }
}
