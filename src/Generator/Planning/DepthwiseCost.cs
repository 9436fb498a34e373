using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>What groups, bands and halves of a depthwise region cost: issue slots of the busiest worker, half a cycle each, on the widest machine.</summary>
/// <remarks><c>benchmarks/kernels --groups</c> holds these numbers against the clock; its results are where the constants come from.</remarks>
internal static class DepthwiseCost
{
    /// <summary>The numbers of workers that a plan is made for; each counts with all that it keeps waiting.</summary>
    private static readonly int[] Workers = [1, 2, 4];

    /// <summary>Slots of a vector's SiLU, and of a cheaper activation.</summary>
    private const int SiluSlots = 12, ClampSlots = 1;

    /// <summary>
    /// Slots, for each value of an expansion's input, that a group waits beside its multiply-adds: every group reads the input anew, and the narrower it is, the
    /// more its loads keep pace with them.
    /// </summary>
    private const double InputSlots = 0.15;

    /// <summary>
    /// Blocks of a group that is made well nearly everywhere, and what each block more or less must save: groups of three were within 3 % of the best in all but a
    /// few shapes, while narrow or low tiles and large rings now and then cost more than is counted here.
    /// </summary>
    private const int ProvenGroup = 3;
    private const double OtherGroupsMustSave = 0.02;

    /// <summary>What a narrower last group must save, because it is code of its own.</summary>
    private const double TailMustSave = 0.005;

    /// <summary>Slots in which a worker adds a vector of both sums and the residual, all near.</summary>
    private const int AddSlots = 24;

    /// <summary>Slots in which a line comes that another worker has written, one of many: 5 to 6 ns where no cache is shared.</summary>
    private const int ForeignLineSlots = 48;

    /// <summary>What all numbers of workers cost together.</summary>
    /// <param name="plan">Groups, bands and halves.</param>
    /// <param name="projection">What reads the map; null where that does not depend on them.</param>
    public static double Of(FusedKernels plan, ProjectionRegion? projection)
    {
        double slots = Workers.Sum(workers => workers * (Busiest(plan, workers) + Handing(plan, projection, workers)));
        int tails = plan.Calls.Select(call => call.Kernel).Distinct().Count(kernel => kernel.TailBlocks > 0);
        return slots * (1 + OtherGroupsMustSave * Math.Abs(plan.Kernel.GroupBlocks - ProvenGroup) + TailMustSave * tails);
    }

    /// <summary>Slots of the worker that has most to make.</summary>
    /// <param name="plan">Groups, bands and halves.</param>
    /// <param name="workers">How many workers share it.</param>
    public static double Busiest(FusedKernels plan, int workers)
    {
        FusedDepthwiseKernel k = plan.Kernel;
        if (plan.FirstBlocks > 0)
        {
            if (workers == 1) return plan.Calls.Sum(call => Groups(call.Kernel, call.Groups));
            int ofHalf = workers / 2;
            return Groups(k, (k.Groups + ofHalf - 1) / ofHalf);
        }

        int pieces = k.Groups * k.Bands, most = (pieces + workers - 1) / workers;
        // Rows at a cut between two workers are expanded by both.
        double twice = k.Bands == 1 ? 0 : (double)(workers - 1) / workers * Math.Max(0, k.Depthwise.Kernel - k.Depthwise.Stride) * ProducerRow(k) * k.Groups;
        return most * Group(k) * k.BandRows / k.Output.Height + twice;
    }

    /// <summary>Slots of one worker for what the next steps do because of the halves.</summary>
    private static double Handing(FusedKernels plan, ProjectionRegion? projection, int workers)
    {
        if (projection is null || plan.FirstBlocks == 0) return 0;
        // Each half of the workers adds for itself, one sum near and one from afar.
        Shape output = projection.Projection.Output;
        double vectors = (double)MapLayout.Blocks(output.Channels) * output.Positions;
        return workers == 1 ? vectors * AddSlots : vectors * 2 / workers * (AddSlots + ForeignLineSlots);
    }

    /// <summary>Slots of the first groups, the narrower last one among them if it is reached.</summary>
    private static double Groups(FusedDepthwiseKernel k, int groups) =>
        Math.Min(groups, k.FullGroups) * Group(k) + (groups > k.FullGroups ? Group(k.Tail) : 0);

    private static double Group(FusedDepthwiseKernel k)
    {
        double output = k.Depthwise.Kernel * k.Depthwise.Kernel + Activation(k.DepthwiseActivation);
        return ProducerRow(k) * k.Expanded.Height + (double)k.GroupBlocks * k.Output.Positions * output;
    }

    private static double ProducerRow(FusedDepthwiseKernel k)
    {
        int columns = k.Expanded.Width;
        double activation = (double)k.GroupBlocks * columns * Activation(k.ProducerActivation);
        return activation + k.Producer switch
        {
            ProducerKind.Pointwise => TileSelector.PanelCost(k.GroupBlocks, columns, k.Reduction) + InputSlots * k.Reduction * columns,
            ProducerKind.Stem => (k.GroupBlocks + InputSlots) * columns * k.Reduction,
            _ => (double)k.GroupBlocks * columns,
        };
    }

    private static int Activation(ActivationKind kind) => kind switch
    {
        ActivationKind.None => 0,
        ActivationKind.Relu or ActivationKind.Relu6 => ClampSlots,
        _ => SiluSlots,
    };
}
