namespace EfficientNet.Runtime;

/// <summary>An elementwise function at the end of a layer.</summary>
public enum ActivationFunction
{
    /// <summary>y = x.</summary>
    None,

    /// <summary>y = x / (1 + e^-x).</summary>
    Silu,

    /// <summary>y = min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>y = max(x, 0).</summary>
    Relu,

    /// <summary>y = x · min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish,
}
