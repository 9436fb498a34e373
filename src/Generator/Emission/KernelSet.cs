using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Emission.Kernels.Gradients;
using EfficientNet.Compiler.Emission.Training;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission;

/// <summary>The distinct kernels of a plan, in the order in which they are first needed, and who writes which.</summary>
internal static class KernelSet
{
    public static List<Kernel> Of(ExecutionPlan plan) => Of(plan.Steps.SelectMany(step => step.Kernels));

    /// <summary>The distinct kernels among some, with those that they call.</summary>
    public static List<Kernel> Of(IEnumerable<Kernel> used)
    {
        var kernels = new List<Kernel>();
        var seen = new HashSet<Kernel>();
        foreach (Kernel kernel in used) Add(kernel);
        EnsureDistinctNames(kernels);
        return kernels;

        void Add(Kernel kernel)
        {
            if (!seen.Add(kernel)) return;
            foreach (Kernel called in Calls(kernel)) Add(called);
            kernels.Add(kernel);
        }
    }

    public static void Write(KernelContext context, Kernel kernel)
    {
        if (kernel.HasSiluForms) context.InForms(() => WriteOne(context, kernel));
        else WriteOne(context, kernel);
    }

    private static void WriteOne(KernelContext context, Kernel kernel)
    {
        switch (kernel)
        {
            case PointwiseRowKernel k: PointwiseRow.Write(context, k); break;
            case PointwiseMapKernel k: PointwiseMap.Write(context, k); break;
            case AddHalvesKernel k: AddHalves.Write(context, k); break;
            case TapsKernel k: Taps.Write(context, k); break;
            case WinogradInputKernel k: WinogradTiles.WriteInput(context, k); break;
            case WinogradOutputKernel k: WinogradTiles.WriteOutput(context, k); break;
            case FusedMBConvKernel k: FusedMBConv.Write(context, k); break;
            case DepthwiseRowKernel k: DepthwiseRow.Write(context, k); break;
            case ActivatedDepthwiseRowKernel k: DepthwiseRow.Write(context, k); break;
            case StemRowKernel k: StemRow.Write(context, k); break;
            case RowPassKernel k: RowPass.Write(context, k); break;
            case NormaliseRowsKernel k: NormaliseRows.Write(context, k); break;
            case SqueezeKernel k: SqueezeExcite.WriteSqueeze(context, k); break;
            case GateKernel k: SqueezeExcite.WriteGate(context, k); break;
            case FusedDepthwiseKernel k: FusedDepthwise.Write(context, k); break;
            case StemMapKernel k: StemMap.Write(context, k); break;
            case HeadKernel k: Head.Write(context, k); break;
            case FullyConnectedKernel k: FullyConnected.Write(context, k); break;
            case ClassifierKernel k: Classifier.Write(context, k); break;
            case PointwiseGradientKernel k: PointwiseGradient.Write(context, k); break;
            case BiasGradientKernel k: BiasGradient.Write(context, k); break;
            case WeightGradientKernel k: WeightGradient.Write(context, k); break;
            case NormalisedWeightGradientKernel k: WeightGradient.Write(context, k); break;
            case ConvolutionWeightGradientKernel k: ConvolutionWeightGradient.Write(context, k); break;
            case WinogradOutputGradientKernel k: WinogradGradient.Write(context, k); break;
            case WinogradWeightGradientKernel k: WinogradGradient.Write(context, k); break;
            case ConvolutionInputGradientKernel k: ConvolutionInputGradient.Write(context, k); break;
            case FullyConnectedGradientKernel k: FullyConnectedGradient.Write(context, k); break;
            case TransposeKernel k: Transpose.Write(context, k); break;
            case DepthwiseWeightGradientKernel k: DepthwiseWeightGradient.Write(context, k); break;
            case DepthwiseInputGradientKernel k: DepthwiseInputGradient.Write(context, k); break;
            case DepthwiseBackwardKernel k: DepthwiseBackward.Write(context, k); break;
            case StemGradientKernel k: StemGradient.Write(context, k); break;
            case StemInputGradientKernel k: StemInputGradient.Write(context, k); break;
            default: TrainingKernelSet.Write(context, kernel); break;
        }
    }

    /// <summary>The file a kernel is written to: one for each family.</summary>
    public static string FamilyOf(Kernel kernel) => kernel switch
    {
        PointwiseRowKernel or PointwiseMapKernel or AddHalvesKernel => "Pointwise",
        DepthwiseRowKernel or ActivatedDepthwiseRowKernel => "Depthwise",
        StemRowKernel or StemMapKernel or StemGradientKernel or StemInputGradientKernel => "Stem",
        RowPassKernel or NormaliseRowsKernel => "Activation",
        SqueezeKernel or GateKernel => "SqueezeExcite",
        FusedDepthwiseKernel => "Fused",
        DenseInputKernel or WinogradOutputKernel or FusedMBConvKernel => "FusedMBConv",
        TransposeKernel or PointwiseGradientKernel or BiasGradientKernel or WeightGradientKernel
            or NormalisedWeightGradientKernel or ConvolutionWeightGradientKernel or ConvolutionInputGradientKernel or FullyConnectedGradientKernel
            or WinogradOutputGradientKernel or WinogradWeightGradientKernel => "Gradients",
        DepthwiseWeightGradientKernel or DepthwiseInputGradientKernel or DepthwiseBackwardKernel => "DepthwiseGradient",
        HeadKernel or FullyConnectedKernel or ClassifierKernel => "Head",
        _ => TrainingKernelSet.FamilyOf(kernel),
    };

    private static IEnumerable<Kernel> Calls(Kernel kernel) => kernel switch
    {
        FusedDepthwiseKernel k => FusedDepthwise.Calls(k),
        ActivatedDepthwiseRowKernel k => [k.Row, k.Pass],
        FusedMBConvKernel k => FusedMBConv.Calls(k),
        StemMapKernel k => StemMap.Calls(k),
        HeadKernel k => Head.Calls(k),
        DepthwiseBackwardKernel k => DepthwiseBackward.Calls(k),
        GateKernel { Reduce: { } reduce } => [reduce],
        ConvolutionWeightGradientKernel k => ConvolutionWeightGradient.Calls(k),
        WinogradWeightGradientKernel k => WinogradGradient.Calls(k),
        ConvolutionInputGradientKernel k => [ConvolutionInputGradient.Taps(k)],
        WeightGradientKernel k => WeightGradient.Calls(k),
        NormalisedWeightGradientKernel k => WeightGradient.Calls(k),
        _ => TrainingKernelSet.Calls(kernel),
    };

    /// <summary>A name is a kernel's whole geometry as far as one network goes; two kernels of one name are an error of the grammar.</summary>
    private static void EnsureDistinctNames(List<Kernel> kernels)
    {
        foreach (IGrouping<string, Kernel> same in kernels.GroupBy(kernel => kernel.Name, StringComparer.Ordinal))
        {
            if (same.Skip(1).Any()) throw new InvalidOperationException($"two kernels are called {same.Key}: {string.Join(" and ", same)}");
        }
    }
}
