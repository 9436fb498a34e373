using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Passes over a row: activation in place, sums over positions.</summary>
public class RowPassTests
{
    private static readonly Dictionary<string, RowPassKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("RowPass", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pass_activates_in_place_and_adds_to_the_sum(InstructionSet set, string title)
    {
        RowPassKernel kernel = Kernels[title];
        int channels = kernel.Blocks * MapLayout.Lanes, floats = kernel.Columns * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            Tensor x = Values.Make($"{title} x", data, [1, channels, 1, kernel.Columns], low: -9, high: 9, scale: 24);
            Tensor before = Values.Activations($"{title} sum", data, 1, channels, 1, 1);
            Bounded expected = Bounds.Activate(Bounded.Exact(x), kernel.Activation, set);
            float[] spread = Packing.Spread(Packing.MapFloats(x), floats, kernel.BlockStride);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                if (kernel.Activation == ActivationKind.None) run.Input("y", spread);
                else run.InOut("y", spread);
                if (kernel.Sum) run.InOut("sum", before.ToFloats());
                run.Call();
                Judge.Map(Packing.Gather(run["y"], floats, kernel.BlockStride, where), expected, data, where);
                if (kernel.Sum) Judge.Map(run["sum"], Sum(expected, before), data, $"{where}: sum");
            }
        }
    }

    /// <summary>What was there before is one more term of the sum.</summary>
    private static Bounded Sum(Bounded row, Tensor before)
    {
        Bounded sum = Bounds.SumRows(row, 0, 1);
        double roundings = (row.Value.Width + 1) * Bounds.Epsilon;
        for (int c = 0; c < before.Data.Length; c++)
        {
            sum.Value.Data[c] += before.Data[c];
            sum.Error.Data[c] += roundings * Math.Abs(before.Data[c]);
        }

        return sum;
    }

    private static Dictionary<string, RowPassKernel> Sweep()
    {
        var kernels = new Dictionary<string, RowPassKernel>();
        foreach (int columns in new[] { 1, 2, 7, 57, 112 })
        {
            foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
            {
                foreach (bool sum in new[] { false, true })
                {
                    if (activation == ActivationKind.None && !sum) continue;
                    int n = kernels.Count;
                    var kernel = new RowPassKernel(columns, 1 + n % 4, (columns + n % 3) * MapLayout.Lanes, activation, sum);
                    kernels.Add(kernel.Name, kernel);
                }
            }
        }

        return kernels;
    }
}
