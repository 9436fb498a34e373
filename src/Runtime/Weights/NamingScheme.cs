namespace EfficientNet.Runtime;

/// <summary>Whose names a weight file uses. The same layers have the same shapes under all of them.</summary>
public enum NamingScheme
{
    /// <summary>torchvision: <c>features.0.0.weight</c> …</summary>
    TorchVision,

    /// <summary>timm: <c>conv_stem.weight</c>, <c>blocks.0.0.conv_dw.weight</c> …</summary>
    Timm,

    /// <summary>lukemelas/EfficientNet-PyTorch: <c>_conv_stem.weight</c>, <c>_blocks.0._depthwise_conv.weight</c> …</summary>
    Lukemelas,
}

/// <summary>Names under a scheme.</summary>
internal static class NamingSchemes
{
    public static readonly NamingScheme[] All = [NamingScheme.TorchVision, NamingScheme.Timm, NamingScheme.Lukemelas];

    /// <summary>One layer's prefix.</summary>
    public static string In(this ParameterNames names, NamingScheme scheme)
    {
        return scheme switch
        {
            NamingScheme.TorchVision => names.TorchVision,
            NamingScheme.Timm => names.Timm,
            _ => names.Lukemelas,
        };
    }

    /// <summary>The scheme as its library writes itself.</summary>
    public static string Spelling(this NamingScheme scheme)
    {
        return scheme switch
        {
            NamingScheme.TorchVision => "torchvision",
            NamingScheme.Timm => "timm",
            _ => "lukemelas",
        };
    }
}
