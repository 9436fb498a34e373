using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>One output row of a depthwise convolution, each of its input rows in a buffer of its own.</summary>
public class DepthwiseRowTests
{
    private static readonly Dictionary<string, DepthwiseRowKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("DepthwiseRow", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    private static readonly Dictionary<string, ActivatedDepthwiseRowKernel> Activated = ActivatedSweep();

    private static readonly Lazy<KernelLibrary> ActivatedLibrary = new(() => KernelLibrary.Of("ActivatedDepthwiseRow", Activated
        .SelectMany(one => new[] { (one.Key, (Kernel)one.Value), (one.Value.Row.Name, one.Value.Row), (one.Value.Pass.Name, one.Value.Pass) }).DistinctBy(one => one.Item1)
        .ToDictionary(one => one.Item1, one => one.Item2)));

    public static TheoryData<InstructionSet, string> ActivatedCases => KernelIsas.Cross(Activated.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_is_the_convolution(InstructionSet set, string title)
    {
        DepthwiseRowKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            var problem = new Problem(title, kernel, data);
            Bounded expected = Bounds.Activate(problem.Convolved, kernel.Clamp, set);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                problem.Give(run);
                run.Call();
                Judge.Map(problem.Row(run, where), expected, data, where);
            }
        }
    }

    /// <summary>In the tile, or one after the other: the same bits.</summary>
    [Theory]
    [MemberData(nameof(ActivatedCases))]
    public void An_activated_row_is_the_row_and_its_pass(InstructionSet set, string title)
    {
        ActivatedDepthwiseRowKernel kernel = Activated[title];
        (DepthwiseRowKernel row, RowPassKernel pass) = (kernel.Row, kernel.Pass);
        var problem = new Problem(title, row, Data.Reals);
        Tensor before = Values.Activations($"{title} sum", Data.Reals, 1, problem.Channels, 1, 1);
        Bounded expected = Bounds.Activate(problem.Convolved, pass.Activation, set);
        foreach ((Guard guard, SiluForm? form) in Enum.GetValues<Guard>().SelectMany(guard => KernelLibrary.Forms(set, kernel).Select(form => (guard, form))))
        {
            string where = $"{set}, guard {guard}, {title} {form}";
            using var activated = new KernelRun(ActivatedLibrary.Value[set, title, form], guard);
            problem.Give(activated);
            if (pass.Sum) activated.InOut("sum", before.ToFloats());
            activated.Call();
            Judge.Map(problem.Row(activated, where), expected, Data.Reals, where);
            if (pass.Sum) Judge.Map(activated["sum"], RowPassTests.Sum(expected, before), Data.Reals, $"{where}: sum");

            using var alone = new KernelRun(ActivatedLibrary.Value[set, row.Name], guard);
            problem.Give(alone);
            alone.Call();
            using var passed = new KernelRun(ActivatedLibrary.Value[set, pass.Name, form], guard);
            passed.InOut("y", alone["y"]);
            if (pass.Sum) passed.InOut("sum", before.ToFloats());
            passed.Number("blocks", problem.Blocks).Number("row", problem.Floats).Number("plane", row.OutputBlockStride).Call();
            problem.Row(activated, where).SequenceEqual(problem.Row(passed, where)).ShouldBeTrue(where);
            if (pass.Sum) activated["sum"].SequenceEqual(passed["sum"]).ShouldBeTrue($"{where}: sum");
        }
    }

    private static Dictionary<string, ActivatedDepthwiseRowKernel> ActivatedSweep()
    {
        var kernels = new Dictionary<string, ActivatedDepthwiseRowKernel>();
        foreach (int size in new[] { 3, 5, 7 })
        {
            foreach (int stride in new[] { 1, 2 })
            {
                foreach (int count in new[] { 48, 56, 65 })
                {
                    int n = kernels.Count, gap = n % 2 * MapLayout.Lanes;
                    var row = new DepthwiseRowKernel(size, stride, count, ((count - 1) * stride + size) * MapLayout.Lanes + gap, count * MapLayout.Lanes + 3 * gap, ActivationKind.None);
                    ActivatedDepthwiseRowKernel kernel = ActivatedDepthwiseRowKernel.Of(row, new RowPassKernel(ActivationKind.Silu, Sum: n % 5 != 0)).ShouldNotBeNull(row.Name);
                    kernels.Add($"{1 + n % 3}_{kernel.Name}", kernel);
                }
            }
        }

        return kernels;
    }

    private static Dictionary<string, DepthwiseRowKernel> Sweep()
    {
        var kernels = new Dictionary<string, DepthwiseRowKernel>();
        int[] columns = [1, 2, 3, 7, 13, 14, 15, 28, 57];
        foreach (int size in new[] { 3, 5, 7 })
        {
            foreach (int stride in new[] { 1, 2 })
            {
                foreach (int count in columns)
                {
                    int n = kernels.Count, gap = n % 2 * MapLayout.Lanes;
                    ActivationKind clamp = (n % 4) switch { 2 => ActivationKind.Relu6, 3 => ActivationKind.Relu, _ => ActivationKind.None };
                    int read = ((count - 1) * stride + size) * MapLayout.Lanes;
                    var kernel = new DepthwiseRowKernel(size, stride, count, read + gap, count * MapLayout.Lanes + 3 * gap, clamp);
                    kernels.Add($"{1 + n % 3}_{kernel.Name}", kernel);
                }
            }
        }

        return kernels;
    }

    private static Tensor RowOf(Tensor x, int row)
    {
        var one = new Tensor(1, x.Channels, 1, x.Width);
        for (int c = 0; c < x.Channels; c++) x.Row(0, c, row).CopyTo(one.Plane(0, c));
        return one;
    }

    /// <summary>A row's operands, and what their convolution is.</summary>
    private sealed class Problem
    {
        private readonly DepthwiseRowKernel _kernel;
        private readonly Tensor _x;
        private readonly float[] _weights;

        public Problem(string title, DepthwiseRowKernel kernel, Data data)
        {
            _kernel = kernel;
            int size = kernel.KernelSize;
            Blocks = title[0] - '0'; // a case's name begins with them
            _x = Values.Activations($"{title} x", data, 1, Channels, size, (kernel.Columns - 1) * kernel.Stride + size);
            Tensor weight = Values.Weights($"{title} w", data, Channels, 1, size, size);
            Tensor bias = Values.Activations($"{title} b", data, Channels);
            Convolved = Bounds.Convolve(Bounded.Exact(_x), weight, bias, new ConvolutionGeometry(size, kernel.Stride, 0, 0), depthwise: true, 1, kernel.Columns);
            _weights = new float[Channels * (size * size + 1)];
            Packing.Depthwise(_weights, weight, bias, Blocks, _weights.Length);
        }

        public int Blocks { get; }

        public int Channels => Blocks * MapLayout.Lanes;

        public int Floats => _kernel.Columns * MapLayout.Lanes;

        public Bounded Convolved { get; }

        /// <summary>Gives a kernel its operands, and room for the row.</summary>
        public void Give(KernelRun run)
        {
            for (int row = 0; row < _kernel.KernelSize; row++)
            {
                run.Input($"x{row}", Packing.Spread(Packing.MapFloats(RowOf(_x, row)), _x.Width * MapLayout.Lanes, _kernel.InputBlockStride));
            }

            run.Input("w", _weights).Output("y", (Blocks - 1L) * _kernel.OutputBlockStride + Floats).Number("blocks", Blocks);
        }

        /// <summary>The row that a kernel made.</summary>
        public float[] Row(KernelRun run, string where) => Packing.Gather(run["y"], Floats, _kernel.OutputBlockStride, where);
    }
}
