using System.Globalization;
using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Emission;

/// <summary>The network as a table for people, in the remarks of the generated class.</summary>
internal static class NetworkTable
{
    public static IEnumerable<string> Lines(CompiledPlan plan)
    {
        foreach (IGrouping<string, Op> block in plan.Inference.Ops.Where(op => op is ConvolutionOp or LinearOp).GroupBy(op => op.Block, StringComparer.Ordinal))
        {
            Op first = block.First();
            Shape input = first is ConvolutionOp c ? c.InputShape : plan.Inference[((LinearOp)first).Input].Output;
            ConvolutionOp? depthwise = block.OfType<ConvolutionOp>().FirstOrDefault(op => op.Depthwise);
            string kernel = depthwise is not null ? "MBConv " + Window(depthwise)
                : first is not ConvolutionOp dense ? "matrix"
                : plan.Inference.IsFused(dense) ? "fused " + Window(dense)
                : "conv " + Window(dense);
            Op last = block.Last();
            long parameters = block.Sum(Network.ParametersOf);
            yield return $"{block.Key,-11}{kernel,-13}{input,-13} → {last.Output,-13}{(block.Any(op => op.Name.Contains("squeeze")) ? "squeeze-excite  " : ""),-16}{Number(parameters),11} parameters";
        }

        yield return $"{Number(plan.Inference.Parameters)} parameters, {Number(plan.Inference.MultiplyAdds)} multiply-adds, "
            + $"{Kib(plan.Execution.PackedFloats)} KiB packed weights, {Kib(plan.Execution.ArenaFloats)} KiB arena, {Kib(plan.Execution.ScratchFloats)} KiB scratch a thread";
    }

    private static string Window(ConvolutionOp c) => $"{c.Geometry.Kernel}×{c.Geometry.Kernel}/{c.Geometry.Stride}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Kib(long floats) => Number(floats * sizeof(float) / 1024);
}
