namespace EfficientNet.Runtime;

/// <summary>An optimizer's update rule, w being a parameter and g its gradient.</summary>
public enum OptimizerKind
{
    /// <summary>Momentum m ← μ·m + g', g' = g + λ·w; w ← w − η·m, or with Nesterov w − η·(g' + μ·m).</summary>
    Sgd,

    /// <summary>PyTorch's RMSProp: s ← α·s + (1 − α)·g'²; m ← μ·m + g' / (√s + ε); w ← w − η·m.</summary>
    RmsProp,

    /// <summary>TensorFlow's RMSProp: s ← α·s + (1 − α)·g'², from 1; m ← μ·m + η·g' / √(s + ε); w ← w − m.</summary>
    RmsPropTensorFlow,

    /// <summary>AdamW: means of g and g² with bias correction, decay apart from the gradient (Loshchilov, Hutter 2019).</summary>
    AdamW,
}
