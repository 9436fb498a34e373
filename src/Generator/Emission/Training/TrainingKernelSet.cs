using EfficientNet.Compiler.Emission.Kernels.Training;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>Who writes which kernel that only a training step has.</summary>
internal static class TrainingKernelSet
{
    public static void Write(KernelContext context, Kernel kernel)
    {
        switch (kernel)
        {
            case NormaliseKernel k: Normalise.Write(context, k); break;
            case ActivationPoolKernel k: Normalise.WritePool(context, k); break;
            case NormalisedPointwiseKernel k: NormalisedPointwise.Write(context, k); break;
            case StatisticsKernel k: BatchNorm.WriteStatistics(context, k); break;
            case BatchNormForwardKernel k: BatchNorm.WriteForward(context, k); break;
            case FrozenBatchNormKernel k: BatchNorm.WriteFrozen(context, k); break;
            case BatchNormBackwardKernel k: BatchNorm.WriteBackward(context, k); break;
            case IdentityKernel k: Identity.Write(context, k); break;
            case BackwardSumsKernel k: Backward.WriteSums(context, k); break;
            case BackwardMapKernel k: Backward.WriteMap(context, k); break;
            case WinogradWeightsKernel k: WinogradWeights.Write(context, k); break;
            case WinogradTapsGradientKernel k: WinogradWeights.Write(context, k); break;
            case VectorProductKernel k: Vectors.Write(context, k); break;
            case VectorClearKernel k: Vectors.Write(context, k); break;
            case VectorSumKernel k: Vectors.Write(context, k); break;
            case VectorMeanKernel k: Vectors.Write(context, k); break;
            case VectorActivationKernel k: Vectors.Write(context, k); break;
            case VectorActivationBackwardKernel k: Vectors.Write(context, k); break;
            case VectorSigmoidKernel k: Vectors.Write(context, k); break;
            case SigmoidBackwardKernel k: Vectors.Write(context, k); break;
            case SoftmaxCrossEntropyKernel k: Losses.WriteSoftmax(context, k); break;
            case BinaryCrossEntropyKernel k: Losses.WriteBinary(context, k); break;
            case SgdKernel k: Optimizers.WriteSgd(context, k); break;
            case RmsPropKernel k: Optimizers.WriteRmsProp(context, k); break;
            case AdamWKernel k: Optimizers.WriteAdamW(context, k); break;
            case ExponentialAverageKernel k: Optimizers.WriteAverage(context, k); break;
            case GradientNormKernel k: Optimizers.WriteNorm(context, k); break;
            default: throw new InvalidOperationException($"nobody writes {kernel.GetType().Name}");
        }
    }

    /// <summary>The file a kernel is written to.</summary>
    public static string FamilyOf(Kernel kernel) => kernel switch
    {
        NormaliseKernel or ActivationPoolKernel => "Activation",
        NormalisedPointwiseKernel => "Pointwise",
        StatisticsKernel or BatchNormForwardKernel or FrozenBatchNormKernel or BatchNormBackwardKernel or IdentityKernel => "BatchNorm",
        BackwardSumsKernel or BackwardMapKernel => "Backward",
        WinogradWeightsKernel or WinogradTapsGradientKernel => "FusedMBConv",
        VectorProductKernel or VectorMeanKernel or VectorActivationKernel or VectorActivationBackwardKernel or VectorSigmoidKernel or SigmoidBackwardKernel or VectorClearKernel or VectorSumKernel => "Vector",
        SoftmaxCrossEntropyKernel or BinaryCrossEntropyKernel => "Loss",
        SgdKernel or RmsPropKernel or AdamWKernel or ExponentialAverageKernel or GradientNormKernel => "Optimizer",
        _ => throw new InvalidOperationException($"no family has {kernel.GetType().Name}"),
    };

    /// <summary>The kernels that one calls.</summary>
    public static IEnumerable<Kernel> Calls(Kernel kernel) => kernel switch
    {
        NormalisedPointwiseKernel k => NormalisedPointwise.Calls(k),
        _ => [],
    };
}
