using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Graph;

/// <summary>Tensor names of one fused MBConv block: torchvision's <c>FusedMBConv</c>, timm's <c>EdgeResidual</c> and <c>ConvBnAct</c>.</summary>
/// <remarks>lukemelas has no such blocks: what is named there is named by role as in its others.</remarks>
internal sealed class FusedBlockNames
{
    public FusedBlockNames(BlockArchitecture block)
    {
        string tv = $"features.{block.Stage}.{block.IndexInStage}.block";
        string timm = $"blocks.{block.Stage - 1}.{block.IndexInStage}";
        string luke = $"_blocks.{block.Index}";
        Dense = new($"{tv}.0.0", block.Expansion != 1 ? $"{timm}.conv_exp" : $"{timm}.conv", $"{luke}._expand_conv");
        DenseNorm = new($"{tv}.0.1", $"{timm}.bn1", $"{luke}._bn0");
        Projection = new($"{tv}.1.0", $"{timm}.conv_pwl", $"{luke}._project_conv");
        ProjectionNorm = new($"{tv}.1.1", $"{timm}.bn2", $"{luke}._bn2");
    }

    /// <summary>The k×k convolution: the expansion, where the block has one.</summary>
    public ParameterNames Dense { get; }

    public ParameterNames DenseNorm { get; }

    public ParameterNames Projection { get; }

    public ParameterNames ProjectionNorm { get; }
}
