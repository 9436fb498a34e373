namespace EfficientNet.Training;

/// <summary>What a tensor of a network is to a trainer.</summary>
public enum ParameterKind
{
    /// <summary>A weight of a convolution or of the classifier: the only kind that weight decay shrinks by default.</summary>
    Weight,

    /// <summary>A bias.</summary>
    Bias,

    /// <summary>BatchNorm's factor, gamma.</summary>
    Gamma,

    /// <summary>BatchNorm's summand, beta.</summary>
    Beta,

    /// <summary>BatchNorm's running mean: moved by the step itself, not by an optimizer.</summary>
    RunningMean,

    /// <summary>BatchNorm's running variance.</summary>
    RunningVariance,
}
