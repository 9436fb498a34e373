using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>By which scheme a set of weights names its tensors.</summary>
internal enum Naming
{
    TorchVision,
    Timm,
    Lukemelas,
}

internal static class NamingExtensions
{
    public static string Of(this Naming naming, ParameterNames names) => naming switch
    {
        Naming.TorchVision => names.TorchVision,
        Naming.Timm => names.Timm,
        _ => names.Lukemelas,
    };
}
