using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Graph;

/// <summary>Tensor names of one MBConv block under the three naming schemes (network-facts: torchvision, timm, lukemelas).</summary>
/// <remarks>
/// torchvision counts the layers of a block, so a block without expansion starts with the depthwise at 0.
/// timm names by role, but in such a block <c>conv_pw</c> is the projection and the norms move up by one.
/// lukemelas counts blocks through the whole network and keeps names by role.
/// </remarks>
internal sealed class BlockNames
{
    public BlockNames(BlockArchitecture block)
    {
        bool expands = block.Expansion != 1;
        bool squeezes = block.SqueezeChannels > 0;
        string tv = $"features.{block.Stage}.{block.IndexInStage}.block";
        string timm = $"blocks.{block.Stage - 1}.{block.IndexInStage}";
        string luke = $"_blocks.{block.Index}";
        int depthwise = expands ? 1 : 0;
        int projection = depthwise + (squeezes ? 2 : 1);

        Expansion = new($"{tv}.0.0", $"{timm}.conv_pw", $"{luke}._expand_conv");
        ExpansionNorm = new($"{tv}.0.1", $"{timm}.bn1", $"{luke}._bn0");
        Depthwise = new($"{tv}.{depthwise}.0", $"{timm}.conv_dw", $"{luke}._depthwise_conv");
        DepthwiseNorm = new($"{tv}.{depthwise}.1", expands ? $"{timm}.bn2" : $"{timm}.bn1", $"{luke}._bn1");
        SqueezeReduce = new($"{tv}.{depthwise + 1}.fc1", $"{timm}.se.conv_reduce", $"{luke}._se_reduce");
        SqueezeExpand = new($"{tv}.{depthwise + 1}.fc2", $"{timm}.se.conv_expand", $"{luke}._se_expand");
        Projection = new($"{tv}.{projection}.0", expands ? $"{timm}.conv_pwl" : $"{timm}.conv_pw", $"{luke}._project_conv");
        ProjectionNorm = new($"{tv}.{projection}.1", expands ? $"{timm}.bn3" : $"{timm}.bn2", $"{luke}._bn2");
    }

    public ParameterNames Expansion { get; }

    public ParameterNames ExpansionNorm { get; }

    public ParameterNames Depthwise { get; }

    public ParameterNames DepthwiseNorm { get; }

    public ParameterNames SqueezeReduce { get; }

    public ParameterNames SqueezeExpand { get; }

    public ParameterNames Projection { get; }

    public ParameterNames ProjectionNorm { get; }
}
