using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>BatchNorm by the kernels of a training step, one after the other as a step calls them, against PyTorch's cases.</summary>
public class BatchNormReferenceTests
{
    private const int Lanes = MapLayout.Lanes;

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("BatchNormReference",
        from row in (IEnumerable<object[]>)Cases
        let name = (string)row[0]
        from kernel in KernelsOf(OperationCase.Read(name))
        select KeyValuePair.Create(Title(name, kernel.GetType()), kernel)));

    public static TheoryData<string> Cases => OperationCase.Named("batch_norm");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Batch_norm_forward_and_backward_are_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        foreach (InstructionSet set in KernelIsas.Sets) Check(given, set);
    }

    private static void Check(OperationCase given, InstructionSet set)
    {
        Tensor x = given["x"], dy = given["grad_y"];
        int images = x.Images, blocks = MapLayout.Blocks(x.Channels), channels = blocks * Lanes;
        float[][] maps = Images(x), gradients = Images(dy);
        float[] gamma = Padded(given["weight"]), running = Running(given["running_mean"], given["running_var"]);
        bool training = given.Attributes.GetProperty("training").GetBoolean();
        float[] affine;
        if (training)
        {
            using KernelRun run = Start<BatchNormForwardKernel>(given, set);
            run.Input("stats", maps.SelectMany(map => Sums<StatisticsKernel>(given, set, blocks, "stats", 3, ("x", map))).ToArray());
            run.Input("gamma", gamma).Input("beta", Padded(given["bias"])).InOut("running", running).Output("affine", 4 * channels).Number("images", images).Number("blocks", blocks).Number("positions", x.Positions);
            run.Call(0, blocks);
            affine = run["affine"];
            float[] moved = run["running"];
            for (int c = 0; c < x.Channels; c++)
            {
                Close(given, moved[ChannelData.At(c, 2, 0)], given["new_running_mean"], c);
                Close(given, moved[ChannelData.At(c, 2, 1)], given["new_running_var"], c);
            }
        }
        else
        {
            using KernelRun run = Start<FrozenBatchNormKernel>(given, set);
            run.Input("gamma", gamma).Input("beta", Padded(given["bias"])).Input("running", running).Output("affine", 4 * channels);
            run.Call(0, blocks);
            affine = run["affine"];
        }

        for (int n = 0; n < images; n++) CloseMap(given, Sums<NormaliseKernel>(given, set, blocks, "y", x.Positions, ("x", maps[n]), ("affine", affine)), "y", n);
        if (training) CheckBackward(given, set, maps, gradients, gamma, affine);
    }

    private static void CheckBackward(OperationCase given, InstructionSet set, float[][] maps, float[][] gradients, float[] gamma, float[] affine)
    {
        int images = maps.Length, channels = gamma.Length, blocks = channels / Lanes;
        float[] sums = Enumerable.Range(0, images).SelectMany(n => Sums<BackwardSumsKernel>(given, set, blocks, "sums", 2, ("dy", gradients[n]), ("x", maps[n]), ("affine", affine))).ToArray();
        using KernelRun run = Start<BatchNormBackwardKernel>(given, set);
        run.Input("sums", sums).Input("affine", affine).Input("gamma", gamma).Output("slope", 3 * channels).InOut("dgamma", new float[channels]).InOut("dbeta", new float[channels]).Number("images", images).Number("blocks", blocks).Number("positions", given["x"].Positions);
        run.Call(0, blocks);
        for (int c = 0; c < given["x"].Channels; c++)
        {
            Close(given, run["dgamma"][c], given["grad_weight"], c);
            Close(given, run["dbeta"][c], given["grad_bias"], c);
        }

        for (int n = 0; n < images; n++)
        {
            float[] dx = Sums<BackwardMapKernel>(given, set, blocks, "y", given["x"].Positions, ("dy", gradients[n]), ("x", maps[n]), ("affine", affine), ("slopes", run["slope"]));
            CloseMap(given, dx, "grad_x", n);
        }
    }

    private static IEnumerable<Kernel> KernelsOf(OperationCase given)
    {
        double epsilon = given.Attributes.GetProperty("eps").GetDouble();
        yield return new StatisticsKernel();
        yield return new BatchNormForwardKernel(epsilon, given.Attributes.GetProperty("momentum").GetDouble());
        yield return new FrozenBatchNormKernel(epsilon);
        yield return new NormaliseKernel(ActivationKind.None, Gate: false, Mask: false, Residual: false);
        yield return new BackwardSumsKernel(ActivationKind.None, BackwardForm.Map);
        yield return new BatchNormBackwardKernel(BackwardForm.Map, Mask: false);
        yield return new BackwardMapKernel(ActivationKind.None, BackwardForm.Map, Mask: false);
    }

    private static string Title(string name, Type kernel) => $"{name} {kernel.Name}";

    private static KernelRun Start<T>(OperationCase given, InstructionSet set)
        where T : Kernel => new(Library.Value[set, Title(given.Name, typeof(T))], Guard.After);

    /// <summary>Runs a kernel of one image; its output has some vectors of 16 for every block.</summary>
    private static float[] Sums<T>(OperationCase given, InstructionSet set, int blocks, string output, int vectors, params (string Name, float[] Values)[] inputs)
        where T : Kernel
    {
        using KernelRun run = Start<T>(given, set);
        foreach ((string name, float[] values) in inputs) run.Input(name, values);
        int positions = given["x"].Positions;
        run.Output(output, blocks * vectors * Lanes).Geometry("positions", positions).Geometry("inputPlane", positions * Lanes).Geometry("outputPlane", positions * Lanes);
        run.Call(0, blocks);
        return run[output];
    }

    private static float[][] Images(Tensor maps) => Enumerable.Range(0, maps.Images).Select(n => Packing.MapFloats(Image(maps, n))).ToArray();

    private static Tensor Image(Tensor maps, int n)
    {
        int floats = maps.Channels * maps.Positions;
        return new Tensor([1, maps.Channels, maps.Height, maps.Width], maps.Data.AsSpan(n * floats, floats).ToArray());
    }

    private static float[] Padded(Tensor channels)
    {
        var padded = new float[MapLayout.Blocks(channels.Data.Length) * Lanes];
        channels.ToFloats().CopyTo(padded, 0);
        return padded;
    }

    private static float[] Running(Tensor mean, Tensor variance)
    {
        var running = new float[MapLayout.Blocks(mean.Data.Length) * 2 * Lanes];
        for (int c = 0; c < mean.Data.Length; c++)
        {
            running[ChannelData.At(c, 2, 0)] = (float)mean.Data[c];
            running[ChannelData.At(c, 2, 1)] = (float)variance.Data[c];
        }

        return running;
    }

    private static void CloseMap(OperationCase given, float[] actual, string role, int n)
    {
        double[] expected = Packing.Map(Image(given[role], n));
        double allowed = Share(given) * given[role].Data.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) ((double)actual[i]).ShouldBe(expected[i], allowed, $"{given.Name}, {role}, image {n}, value {i}");
    }

    private static void Close(OperationCase given, double actual, Tensor expected, int channel) =>
        actual.ShouldBe(expected.Data[channel], Share(given) * expected.Data.Max(Math.Abs) + 1e-6, $"{given.Name}, channel {channel}");

    /// <summary>The limits that the references suggest, relative to the largest value.</summary>
    private static double Share(OperationCase given) => given.Name.Contains("mean_1000", StringComparison.Ordinal) ? 1e-3 : 1e-5;
}
