using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Panels of the transposed matrix: narrower last panels on either side, channels that fill no block.</summary>
public class TransposeTests
{
    private static readonly Dictionary<string, (PanelLayout From, int Panel)> Matrices = new (int Inputs, int Outputs, int Panel, int Transposed)[]
    {
        (1, 1, 1, 1), (3, 2, 1, 1), (16, 16, 1, 1), (17, 16, 1, 2), (17, 33, 2, 1), (24, 144, 3, 2), (144, 24, 2, 3), (40, 100, 4, 2), (50, 70, 3, 3),
        (112, 30, 1, 4), (5, 130, 5, 1), (130, 5, 1, 5), (96, 112, 7, 4), (80, 480, 7, 5),
    }.ToDictionary(c => $"{c}", c => (new PanelLayout(c.Inputs, c.Outputs, c.Panel), c.Transposed));

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Transpose", [KeyValuePair.Create<string, Kernel>(nameof(TransposeKernel), new TransposeKernel())]));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Matrices.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inputs_become_outputs_and_biases_zero_however_the_rows_are_shared(InstructionSet set, string title)
    {
        (PanelLayout from, int panel) = Matrices[title];
        PanelLayout to = from.Transposed(panel);
        Tensor weight = Values.Weights(title, Data.Reals, from.Outputs, from.Inputs), bias = Values.Activations(title, Data.Reals, from.Outputs);
        var transposed = new Tensor(from.Inputs, from.Outputs);
        for (int n = 0; n < from.Outputs; n++)
        {
            for (int k = 0; k < from.Inputs; k++) transposed.Data[k * from.Outputs + n] = weight.Data[n * from.Inputs + k];
        }

        float[] expected = Packed(to, transposed, new Tensor(from.Inputs));
        foreach (Guard guard in Enum.GetValues<Guard>())
        {
            string where = $"{set}, guard {guard}, {title}";
            using var run = new KernelRun(Library.Value[set, nameof(TransposeKernel)], guard);
            run.Input("w", Packed(from, weight, bias)).Output("t", expected.Length);
            foreach ((string name, int value) in TransposeKernel.Geometry(from, to)) run.Number(name, value);
            Splits.ShouldNotMatter(TransposeKernel.Pieces(to), where, ranges =>
            {
                run.Forget("t");
                foreach ((int first, int last) in ranges) run.Call(first, last);
                return [run["t"]];
            });
            run.Call(0, TransposeKernel.Pieces(to));
            Support.Runs.ShouldBeBitwise(run["t"], expected, where);
        }
    }

    private static float[] Packed(PanelLayout panels, Tensor weight, Tensor bias)
    {
        var packed = new float[Packing.PanelFloats(panels.OutputBlocks, panels.Rows, panels.PanelBlocks, panels.Stride)];
        Packing.Panels(packed, weight, bias, panels.PanelBlocks, panels.Stride);
        return packed;
    }
}
