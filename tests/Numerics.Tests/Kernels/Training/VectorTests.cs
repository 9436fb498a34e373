using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>What is done with a vector of every image, element by element.</summary>
public class VectorTests
{
    private const int Images = 3;
    private const int Positions = 49;
    private const int Lanes = MapLayout.Lanes;

    private static readonly Dictionary<string, ChannelCase> Kernels = new[] { 1, 2, 5 }.SelectMany(All).ToDictionary(one => one.Title);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Vector", Kernels.ToDictionary(one => one.Key, one => one.Value.Kernel)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_vector_is_its_formula_however_the_images_are_shared(InstructionSet set, string title)
    {
        (Kernel kernel, _, int blocks) = Kernels[title];
        int floats = Images * blocks * Lanes;
        // Every whole number is exact but where there is an exponential, or a factor that is no sum of powers of two.
        bool exact = kernel is VectorProductKernel or VectorActivationKernel { Activation: not (ActivationKind.Silu or ActivationKind.HardSwish) }
            or VectorActivationBackwardKernel { Activation: not (ActivationKind.Silu or ActivationKind.HardSwish) };
        foreach (Data data in Enum.GetValues<Data>().Where(data => exact || data == Data.Reals))
        {
            float[] first = Make("first", kernel is SigmoidBackwardKernel ? SigmoidSums * floats : floats), second = Make("second", floats);
            (string[] inputs, string output) = Parameters(kernel);
            Rounded[] expected = Enumerable.Range(0, floats).Select(i => Formula(kernel, set, kernel is SigmoidBackwardKernel ? first[i / Lanes * SigmoidSums * Lanes + i % Lanes] : first[i], second[i])).ToArray();
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input(inputs[0], first).Output(output, floats).Number("blocks", blocks).Geometry("positions", Positions);
                if (inputs.Length > 1) run.Input(inputs[1], second);
                Splits.ShouldNotMatter(Images, where, ranges =>
                {
                    run.Forget(output);
                    foreach ((int from, int to) in ranges) run.Call(from, to);
                    return [run[output]];
                });
                run.Call(0, Images);
                Judge.Floats(run[output], expected.Select(v => v.Value).ToArray(), expected.Select(v => v.Error).ToArray(), data, where);
            }

            float[] Make(string name, int count) => Values.Make($"{title} {name}", data, [count], low: -4, high: 8, scale: 24).ToFloats();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_vector_may_take_its_own_place(InstructionSet set, string title)
    {
        (Kernel kernel, _, int blocks) = Kernels[title];
        if (kernel is SigmoidBackwardKernel) return; // its first input is not laid out as its output
        int floats = Images * blocks * Lanes;
        float[] first = Values.Make($"{title} first", Data.Reals, [floats], 0, 0, 24).ToFloats(), second = Values.Make($"{title} second", Data.Reals, [floats], 0, 0, 24).ToFloats();
        (string[] inputs, string output) = Parameters(kernel);
        using var apart = new KernelRun(Library.Value[set, title], Guard.After);
        using var inPlace = new KernelRun(Library.Value[set, title], Guard.After);
        apart.Input(inputs[0], first).Output(output, floats).Number("blocks", blocks).Geometry("positions", Positions);
        inPlace.InOut(inputs[0], first).Within(output, inputs[0], 0).Number("blocks", blocks).Geometry("positions", Positions);
        if (inputs.Length > 1)
        {
            apart.Input(inputs[1], second);
            inPlace.Input(inputs[1], second);
        }

        apart.Call(0, Images);
        inPlace.Call(0, Images);
        inPlace[inputs[0]].ShouldBeBitwise(apart[output], title);
    }

    private const int SigmoidSums = 5;

    private static IEnumerable<ChannelCase> All(int blocks)
    {
        yield return Of(new VectorProductKernel());
        yield return Of(new VectorMeanKernel());
        yield return Of(new VectorSigmoidKernel());
        yield return Of(new SigmoidBackwardKernel());
        foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
        {
            yield return Of(new VectorActivationKernel(activation));
            yield return Of(new VectorActivationBackwardKernel(activation));
        }

        ChannelCase Of(Kernel kernel) => new(kernel, Positions, blocks);
    }

    private static (string[] Inputs, string Output) Parameters(Kernel kernel) => kernel switch
    {
        VectorProductKernel => (["x", "mask"], "y"),
        VectorMeanKernel => (["x"], "y"),
        VectorSigmoidKernel => (["v"], "s"),
        SigmoidBackwardKernel => (["sums", "s"], "dv"),
        VectorActivationKernel => (["u"], "y"),
        VectorActivationBackwardKernel => (["dy", "u"], "du"),
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    };

    private static Rounded Formula(Kernel kernel, InstructionSet set, double a, double b)
    {
        switch (kernel)
        {
            case VectorMeanKernel:
                return (Rounded)a * new Rounded(1.0 / Positions, Bounds.Epsilon / Positions);
            case VectorSigmoidKernel:
                (double value, double error) = Bounds.Gate(a, 0);
                return new Rounded(value, error);
            case SigmoidBackwardKernel:
                return (Rounded)a * b * ((Rounded)1 - b);
            case VectorActivationKernel k:
                return k.Activation == ActivationKind.None ? a : Rounded.Activate(a, k.Activation, set).Value;
            case VectorActivationBackwardKernel k:
                return k.Activation == ActivationKind.None ? a : (Rounded)a * Rounded.Activate(b, k.Activation, set).Derivative;
            default:
                return (Rounded)a * b;
        }
    }
}
