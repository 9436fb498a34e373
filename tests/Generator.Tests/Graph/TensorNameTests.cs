using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Tests.Graph;

public class TensorNameTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    /// <summary>B0's names, layer by layer, as the three implementations save them.</summary>
    [Theory]
    [InlineData("stem", "features.0.0", "conv_stem", "_conv_stem")]
    [InlineData("stem BatchNorm", "features.0.1", "bn1", "_bn0")]
    [InlineData("1.0 depthwise", "features.1.0.block.0.0", "blocks.0.0.conv_dw", "_blocks.0._depthwise_conv")]
    [InlineData("1.0 depthwise BatchNorm", "features.1.0.block.0.1", "blocks.0.0.bn1", "_blocks.0._bn1")]
    [InlineData("1.0 squeeze-excite reduction", "features.1.0.block.1.fc1", "blocks.0.0.se.conv_reduce", "_blocks.0._se_reduce")]
    [InlineData("1.0 squeeze-excite expansion", "features.1.0.block.1.fc2", "blocks.0.0.se.conv_expand", "_blocks.0._se_expand")]
    [InlineData("1.0 projection", "features.1.0.block.2.0", "blocks.0.0.conv_pw", "_blocks.0._project_conv")]
    [InlineData("1.0 projection BatchNorm", "features.1.0.block.2.1", "blocks.0.0.bn2", "_blocks.0._bn2")]
    [InlineData("2.0 expansion", "features.2.0.block.0.0", "blocks.1.0.conv_pw", "_blocks.1._expand_conv")]
    [InlineData("2.0 expansion BatchNorm", "features.2.0.block.0.1", "blocks.1.0.bn1", "_blocks.1._bn0")]
    [InlineData("2.0 depthwise", "features.2.0.block.1.0", "blocks.1.0.conv_dw", "_blocks.1._depthwise_conv")]
    [InlineData("2.0 depthwise BatchNorm", "features.2.0.block.1.1", "blocks.1.0.bn2", "_blocks.1._bn1")]
    [InlineData("2.0 squeeze-excite reduction", "features.2.0.block.2.fc1", "blocks.1.0.se.conv_reduce", "_blocks.1._se_reduce")]
    [InlineData("2.0 squeeze-excite expansion", "features.2.0.block.2.fc2", "blocks.1.0.se.conv_expand", "_blocks.1._se_expand")]
    [InlineData("2.0 projection", "features.2.0.block.3.0", "blocks.1.0.conv_pwl", "_blocks.1._project_conv")]
    [InlineData("2.0 projection BatchNorm", "features.2.0.block.3.1", "blocks.1.0.bn3", "_blocks.1._bn2")]
    [InlineData("2.1 depthwise", "features.2.1.block.1.0", "blocks.1.1.conv_dw", "_blocks.2._depthwise_conv")]
    [InlineData("7.0 expansion", "features.7.0.block.0.0", "blocks.6.0.conv_pw", "_blocks.15._expand_conv")]
    [InlineData("head", "features.8.0", "conv_head", "_conv_head")]
    [InlineData("head BatchNorm", "features.8.1", "bn2", "_bn1")]
    [InlineData("classifier", "classifier.1", "classifier", "_fc")]
    public void B0_has_the_published_names(string layer, string torchVision, string timm, string lukemelas) =>
        NamesOf("B0").Single(named => named.Layer == layer).Names.ShouldBe(new ParameterNames(torchVision, timm, lukemelas));

    /// <summary>timm calls the projection conv_pw in a block without expansion, and there the norms move up; every repeat of the first stage is such a block.</summary>
    [Fact]
    public void In_timm_conv_pw_is_the_projection_in_the_first_stage_and_the_expansion_elsewhere()
    {
        (string Layer, ParameterNames Names)[] named = NamesOf("B1").Where(layer => layer.Names.Timm.EndsWith(".conv_pw", StringComparison.Ordinal)).ToArray();
        named.Length.ShouldBe(23);
        foreach ((string layer, ParameterNames names) in named)
        {
            bool first = layer.StartsWith("1.", StringComparison.Ordinal);
            layer.ShouldEndWith(first ? " projection" : " expansion", Case.Sensitive, names.Timm);
        }

        NamesOf("B1").Single(layer => layer.Layer == "1.1 projection BatchNorm").Names.Timm.ShouldBe("blocks.0.1.bn2");
    }

    /// <summary>torchvision counts layers, so without squeeze-excite the projection is one place further up.</summary>
    [Fact]
    public void Without_squeeze_excite_torchvisions_projection_moves_up()
    {
        NamesOf("Lite0").Single(layer => layer.Layer == "1.0 projection").Names.TorchVision.ShouldBe("features.1.0.block.1.0");
        NamesOf("Lite0").Single(layer => layer.Layer == "2.0 projection").Names.TorchVision.ShouldBe("features.2.0.block.2.0");
    }

    /// <summary>Fused blocks' names as torchvision and timm save them.</summary>
    [Theory]
    [InlineData("1.0 convolution", "features.1.0.block.0.0", "blocks.0.0.conv")]
    [InlineData("1.0 convolution BatchNorm", "features.1.0.block.0.1", "blocks.0.0.bn1")]
    [InlineData("1.1 convolution", "features.1.1.block.0.0", "blocks.0.1.conv")]
    [InlineData("2.0 expansion", "features.2.0.block.0.0", "blocks.1.0.conv_exp")]
    [InlineData("2.0 expansion BatchNorm", "features.2.0.block.0.1", "blocks.1.0.bn1")]
    [InlineData("2.0 projection", "features.2.0.block.1.0", "blocks.1.0.conv_pwl")]
    [InlineData("2.0 projection BatchNorm", "features.2.0.block.1.1", "blocks.1.0.bn2")]
    [InlineData("4.0 depthwise", "features.4.0.block.1.0", "blocks.3.0.conv_dw")]
    [InlineData("4.0 projection", "features.4.0.block.3.0", "blocks.3.0.conv_pwl")]
    [InlineData("head", "features.7.0", "conv_head")]
    public void V2_S_has_the_published_names(string layer, string torchVision, string timm)
    {
        ParameterNames names = NamesOf("V2S").Single(named => named.Layer == layer).Names;
        (names.TorchVision, names.Timm).ShouldBe((torchVision, timm));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_two_layers_share_a_name(string name)
    {
        (string Layer, ParameterNames Names)[] named = NamesOf(name).ToArray();
        foreach (Func<ParameterNames, string> scheme in new Func<ParameterNames, string>[] { n => n.TorchVision, n => n.Timm, n => n.Lukemelas })
        {
            named.Select(layer => scheme(layer.Names)).ShouldBeUnique();
        }

        named.Select(layer => layer.Layer).ShouldBeUnique();
    }

    private static IEnumerable<(string Layer, ParameterNames Names)> NamesOf(string network)
    {
        foreach (Op op in PublishedNetwork.Of(network).Network().Ops)
        {
            ParameterNames? names = op switch
            {
                ConvolutionOp c => c.Parameters,
                BatchNormOp b => b.Parameters,
                LinearOp l => l.Parameters,
                _ => null,
            };
            if (names is not null) yield return (op.Name, names);
        }
    }
}
