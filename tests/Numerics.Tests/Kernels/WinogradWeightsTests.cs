using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Weights of tiles made of those of taps in a training step: G g Gᵀ, of kernels as they are and turned around.</summary>
public class WinogradWeightsTests
{
    private const int Lanes = MapLayout.Lanes, Taps = 9, Points = 16, BiasPoint = 5;

    private static readonly Dictionary<string, Case> Cases = new Case[]
    {
        new(1, 1, 1, 1, false), new(16, 16, 1, 1, true), new(24, 96, 3, 2, false), new(24, 96, 3, 1, true), new(33, 50, 2, 4, false), new(33, 50, 4, 3, true), new(5, 130, 9, 3, false), new(130, 5, 1, 3, true),
    }.ToDictionary(one => $"{one}");

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("WinogradWeights", [KeyValuePair.Create<string, Kernel>(nameof(WinogradWeightsKernel), new WinogradWeightsKernel())]));

    public static TheoryData<InstructionSet, string> Titles => KernelIsas.Cross(Cases.Keys);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_kernel_is_transformed_and_one_point_has_the_bias_however_the_rows_are_shared(InstructionSet set, string title)
    {
        Case one = Cases[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor weight = Values.Weights(title, data, one.Outputs, one.Inputs, 3, 3), bias = Values.Activations(title, data, one.Outputs);
            (float[] w, long begin, FusedMBConvKernel tiles, MatrixPanels taps) = one.Turned ? Turned(one, weight) : AsTheyAre(one, weight, bias);
            (Tensor made, Tensor first) = one.Turned ? (TurnedAround(weight), new Tensor(one.Inputs)) : (weight, bias);
            double[] expected = Pack(tiles, made, first, WinogradBound.G), errors = Pack(tiles, made.Map(Math.Abs), new Tensor(first.Shape), WinogradBound.Magnitudes(WinogradBound.G));
            // Two sums, one after the other, along either side; of the reference packed here nothing is rounded.
            for (int i = 0; i < errors.Length; i++) errors[i] *= 5 * Bounds.Epsilon;
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, nameof(WinogradWeightsKernel)], guard);
                run.Input("w", w).Within("w", "w", begin).Output("t", expected.Length);
                foreach ((string name, int value) in WinogradWeightsKernel.Geometry(tiles.Inputs.Reduction, taps, tiles.Matrices)) run.Number(name, value);
                int pieces = WinogradWeightsKernel.Pieces(tiles.Inputs.Reduction, tiles.Channels);
                Splits.ShouldNotMatter(pieces, where, ranges =>
                {
                    run.Forget("t");
                    foreach ((int from, int last) in ranges) run.Call(from, last);
                    return [run["t"]];
                });
                run.Forget("t");
                run.Call(0, pieces);
                Judge.Floats(run["t"], expected, errors, data, where);
            }
        }
    }

    /// <summary>The taps as the parameters lie, whole blocks of channels in each.</summary>
    private static (float[], long, FusedMBConvKernel, MatrixPanels) AsTheyAre(Case one, Tensor weight, Tensor bias)
    {
        Tensor taps = Packing.TapsFirst(weight, MapLayout.Blocks(one.Inputs) * Lanes);
        int rows = taps.Shape[1], stride = (rows + 1) * one.Panel * Lanes;
        var packed = new float[MapLayout.Blocks(one.Outputs) / one.Panel * stride];
        Packing.Panels(packed, taps, bias, one.Panel, stride);
        return (packed, 0, Tiles(one.Inputs, one.Outputs, one.PanelOfTiles), new(one.Panel, stride, rows / Taps * one.Panel * Lanes));
    }

    /// <summary>The transposed taps in panels of one block, from the last tap back to the first.</summary>
    private static (float[], long, FusedMBConvKernel, MatrixPanels) Turned(Case one, Tensor weight)
    {
        int blocks = MapLayout.Blocks(one.Inputs), reduction = MapLayout.PaddedReduction(one.Outputs), stride = (reduction + 1) * Lanes;
        Tensor taps = Packing.TapsFirst(weight, blocks * Lanes);
        int rows = taps.Shape[1];
        var transposed = new Tensor(rows, reduction);
        for (int i = 0; i < taps.Data.Length; i++) transposed.Data[i % rows * reduction + i / rows] = taps.Data[i];
        var packed = new float[Taps * blocks * stride];
        Packing.Panels(packed, transposed, new Tensor(rows), panelBlocks: 1, stride);
        int tap = blocks * stride;
        return (packed, (Taps - 1) * tap, Tiles(one.Outputs, one.Inputs, one.PanelOfTiles), new(1, stride, -tap));
    }

    private static FusedMBConvKernel Tiles(int inputs, int outputs, int panel) => new()
    {
        Inputs = new WinogradInputKernel(new Shape(inputs, 4, 4), Rows: 2),
        Channels = outputs,
        Activation = ActivationKind.None,
        PanelBlocks = panel,
        Projection = null,
        ProjectionBlocks = 0,
        Residual = false,
    };

    /// <summary>[O, C, 3, 3] as [C, O, 3, 3], each kernel from its last tap on.</summary>
    private static Tensor TurnedAround(Tensor weight)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        var turned = new Tensor(inputs, outputs, 3, 3);
        for (int i = 0; i < weight.Data.Length; i++)
        {
            (int o, int c, int tap) = (i / (inputs * Taps), i / Taps % inputs, i % Taps);
            turned.Data[(c * outputs + o) * Taps + Taps - 1 - tap] = weight.Data[i];
        }

        return turned;
    }

    /// <summary>Panels of doubles: [panel][point][bias, row][outputs of the panel].</summary>
    private static double[] Pack(FusedMBConvKernel tiles, Tensor weight, Tensor bias, double[,] left)
    {
        (int outputs, int inputs, int width) = (weight.Shape[0], weight.Shape[1], tiles.PanelBlocks * Lanes);
        var packed = new double[tiles.DenseFloats];
        for (int o = 0; o < outputs; o++)
        {
            int at = o / width * tiles.PanelStride + o % width;
            packed[at + BiasPoint * tiles.MatrixStride] = bias.Data[o];
            for (int c = 0; c < inputs; c++)
            {
                double[] values = WinogradBound.Transform(left, weight.Data.AsSpan((o * inputs + c) * Taps, Taps).ToArray());
                for (int point = 0; point < Points; point++) packed[at + point * tiles.MatrixStride + (c + 1) * width] = values[point];
            }
        }

        return packed;
    }

    /// <param name="Inputs">Input channels of the convolution.</param>
    /// <param name="Outputs">Its outputs.</param>
    /// <param name="Panel">Blocks of a panel of the taps, where they are not turned around.</param>
    /// <param name="PanelOfTiles">Blocks of a panel of the tiles.</param>
    /// <param name="Turned">Whether kernels are turned around, inputs and outputs exchanged.</param>
    private sealed record Case(int Inputs, int Outputs, int Panel, int PanelOfTiles, bool Turned);
}
