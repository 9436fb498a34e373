using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Passes over a row: activation in place or on the way to a map, sums over positions.</summary>
public class RowPassTests
{
    private static readonly Dictionary<string, Case> Sweep = Cases().ToDictionary(one => one.ToString());

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("RowPass", Sweep.Values.Select(one => one.Kernel).Distinct().ToDictionary(one => one.Name, Kernel (one) => one)));

    public static TheoryData<InstructionSet, string> Titles => KernelIsas.Cross(Sweep.Keys);

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_pass_activates_and_adds_to_the_sum(InstructionSet set, string title)
    {
        (RowPassKernel kernel, int columns, int blocks, int plane) = Sweep[title];
        int channels = blocks * MapLayout.Lanes, floats = columns * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            Tensor x = Values.Make($"{title} x", data, [1, channels, 1, columns], low: -9, high: 9, scale: 24);
            Tensor before = Values.Activations($"{title} sum", data, 1, channels, 1, 1);
            Bounded expected = Bounds.Activate(Bounded.Exact(x), kernel.Activation, set);
            float[] spread = Packing.Spread(Packing.MapFloats(x), floats, plane);
            foreach ((Guard guard, SiluForm? form) in Enum.GetValues<Guard>().SelectMany(guard => KernelLibrary.Forms(set, kernel).Select(form => (guard, form))))
            {
                string where = $"{set}, {data}, guard {guard}, {title} {form}";
                using var run = new KernelRun(Library.Value[set, kernel.Name, form], guard);
                if (kernel.Streams) run.Input("x", Packing.MapFloats(x)).Output("y", spread.Length);
                else if (kernel.Activation == ActivationKind.None) run.Input("y", spread);
                else run.InOut("y", spread);
                if (kernel.Sum) run.InOut("sum", before.ToFloats());
                run.Number("blocks", blocks).Number("row", floats).Number("plane", plane).Call();
                Judge.Map(Packing.Gather(run["y"], floats, plane, where), expected, data, where);
                if (kernel.Sum) Judge.Map(run["sum"], Sum(expected, before), data, $"{where}: sum");
            }
        }
    }

    /// <summary>What was there before is one more term of the sum.</summary>
    internal static Bounded Sum(Bounded row, Tensor before)
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

    private static IEnumerable<Case> Cases()
    {
        int n = 0;
        foreach (int columns in new[] { 1, 2, 7, 57, 112 })
        {
            foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
            {
                foreach ((bool sum, bool streams) in new[] { (false, false), (true, false), (false, true), (true, true) })
                {
                    if (activation == ActivationKind.None && !sum && !streams) continue;
                    yield return new Case(new RowPassKernel(activation, sum) { Streams = streams }, columns, 1 + n % 4, (columns + n % 3) * MapLayout.Lanes);
                    n++;
                }
            }
        }
    }

    private sealed record Case(RowPassKernel Kernel, int Columns, int Blocks, int Plane)
    {
        public override string ToString() => $"{Kernel.Name}_{Blocks * MapLayout.Lanes}_{Columns}_by{Plane / MapLayout.Lanes}";
    }
}
