namespace EfficientNet.Runtime;

/// <summary>Whose names a weight file uses.</summary>
internal enum NamingScheme
{
    TorchVision,
    Timm,
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
