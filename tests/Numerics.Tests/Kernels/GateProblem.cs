using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Inputs of a gate kernel, and what it has to make of them.</summary>
internal sealed class GateProblem
{
    private const int Lanes = MapLayout.Lanes;

    private readonly GateKernel _kernel;
    private readonly float[] _weights, _sums, _reduction, _partials, _map;

    private GateProblem(string title, GateKernel kernel, Data data, InstructionSet set)
    {
        _kernel = kernel;
        int channels = kernel.Blocks * Lanes, hidden = kernel.SqueezeBlocks * Lanes, group = kernel.GroupBlocks * Lanes;
        Tensor bias = Padded(Values.Activations($"{title} b1", data, kernel.Squeeze), hidden);

        // The squeeze: shares of the groups as given, or made here from the sums of every band.
        Bounded squeezed;
        if (kernel.Reduce is { } reduce)
        {
            Tensor sums = Values.Make($"{title} sums", data, [reduce.Bands, channels], -2, 2, 2.0 * kernel.Positions);
            // Whole numbers after the division as well.
            if (data == Data.WholeNumbers) sums = sums.Map(value => value * kernel.Positions);
            Tensor weight = Values.Weights($"{title} w1", data, kernel.Squeeze, channels);
            _sums = sums.ToFloats();
            _reduction = new float[(kernel.Groups - 1) * kernel.GroupStride + group * hidden];
            Packing.Squeeze(_reduction, weight, kernel.GroupBlocks, kernel.GroupStride);
            _partials = [];
            squeezed = Squeeze(sums, weight, bias);
        }
        else
        {
            Tensor partials = Values.Activations($"{title} partials", data, kernel.Groups, hidden);
            (_sums, _reduction, _partials) = ([], [], partials.ToFloats());
            squeezed = SumGroups(partials, bias);
        }

        Bounded h = Bounds.Activate(squeezed, kernel.Activation, set);
        (Tensor expand, Tensor expandBias) = Expansion(title, data, channels);
        _weights = new float[hidden + kernel.Blocks * (kernel.Squeeze + 1) * Lanes];
        bias.ToFloats().CopyTo(_weights, 0);
        Packing.Panels(_weights.AsSpan(hidden), expand, expandBias, 1, (kernel.Squeeze + 1) * Lanes);
        (double Value, double Error)[] gates = Gates(h, expand, expandBias, data);

        _map = kernel.KeepsGates ? [] : Packing.MapFloats(Values.Activations($"{title} map", data, 1, channels, 1, kernel.Positions));
        (Expected, Errors) = kernel.KeepsGates ? (gates.Select(gate => gate.Value).ToArray(), gates.Select(gate => gate.Error).ToArray()) : GatedMap(gates);
    }

    public double[] Expected { get; }

    public double[] Errors { get; }

    public static GateProblem Of(string title, GateKernel kernel, Data data, InstructionSet set) => new(title, kernel, data, set);

    /// <summary>A clamp keeps whole numbers whole; a mean does where positions are a power of two.</summary>
    public static bool IsExact(GateKernel kernel) =>
        kernel.Activation is ActivationKind.Relu or ActivationKind.Relu6 && (kernel.Positions & (kernel.Positions - 1)) == 0;

    public KernelRun Prepare(KernelFunction function, Guard guard)
    {
        var run = new KernelRun(function, guard);
        if (_kernel.Reduce is null) run.Input("partials", _partials);
        else run.Input("sums", _sums).Input("reduction", _reduction);
        run.Input("w", _weights).Output("scratch", _kernel.ScratchFloats);
        if (_kernel.KeepsGates) return run.Output("gates", _kernel.Blocks * Lanes);
        if (_kernel.Halves is not { } halves) return run.InOut("map", _map);
        (float[] first, float[] second) = Halves.Cut(_map, halves);
        return run.InOut("map", first).InOut("map2", second);
    }

    /// <summary>What the kernel has made, in the order of what is expected.</summary>
    public float[] Made(KernelRun run)
    {
        if (_kernel.KeepsGates) return run["gates"];
        return _kernel.Halves is { } halves ? Halves.Join(run["map"], run["map2"], halves) : run["map"];
    }

    private static Tensor Padded(Tensor values, int length)
    {
        var padded = new Tensor(length);
        values.Data.CopyTo(padded.Data, 0);
        return padded;
    }

    private Bounded Squeeze(Tensor sums, Tensor weight, Tensor bias)
    {
        int channels = weight.Shape[1];
        Tensor value = bias.Map(b => b), error = Tensor.Like(bias);
        double roundings = (_kernel.Reduce!.Bands + channels / 4 + _kernel.Groups + 8) * Bounds.Epsilon;
        for (int j = 0; j < _kernel.Squeeze; j++)
        {
            error.Data[j] = Math.Abs(bias.Data[j]) * roundings;
            for (int i = 0; i < sums.Data.Length; i++)
            {
                double term = sums.Data[i] * weight.Data[j * channels + i % channels] / _kernel.Positions;
                value.Data[j] += term;
                error.Data[j] += Math.Abs(term) * roundings;
            }
        }

        return new Bounded(value, error);
    }

    private Bounded SumGroups(Tensor partials, Tensor bias)
    {
        int hidden = bias.Data.Length;
        double roundings = (_kernel.Groups + 1) * Bounds.Epsilon;
        Tensor value = bias.Map(b => b), error = bias.Map(b => Math.Abs(b) * roundings);
        for (int i = 0; i < partials.Data.Length; i++)
        {
            value.Data[i % hidden] += partials.Data[i];
            error.Data[i % hidden] += Math.Abs(partials.Data[i]) * roundings;
        }

        return new Bounded(value, error);
    }

    /// <summary>
    /// Whole numbers: each channel looks at one squeezed channel h ≥ 0 with weight 32, so that its gate is 1/2 exactly where h is
    /// 0, and else 1, because e^−32 is below half an ε. A wrong channel or a missing term is seen as a factor of two.
    /// </summary>
    private (Tensor Weight, Tensor Bias) Expansion(string title, Data data, int channels)
    {
        if (data == Data.Reals) return (Values.Weights($"{title} w2", data, channels, _kernel.Squeeze), Values.Activations($"{title} b2", data, channels));
        var weight = new Tensor(channels, _kernel.Squeeze);
        for (int c = 0; c < channels; c++) weight.Data[c * _kernel.Squeeze + c * 7 % _kernel.Squeeze] = 32;
        return (weight, new Tensor(channels));
    }

    private (double Value, double Error)[] Gates(Bounded h, Tensor weight, Tensor bias, Data data)
    {
        double roundings = (_kernel.Squeeze + 2) * Bounds.Epsilon;
        return Enumerable.Range(0, bias.Data.Length).Select(c =>
        {
            double x = bias.Data[c], error = Math.Abs(x) * roundings;
            for (int s = 0; s < _kernel.Squeeze; s++)
            {
                double w = weight.Data[c * _kernel.Squeeze + s];
                x += w * h.Value.Data[s];
                error += Math.Abs(w) * (h.Error.Data[s] + roundings * (Math.Abs(h.Value.Data[s]) + h.Error.Data[s]));
            }

            (double gate, double gateError) = Bounds.Gate(x, error);
            // Where numbers are whole the gate is 1/2 or, rounded, 1.
            return (data == Data.WholeNumbers ? (float)gate : gate, gateError);
        }).ToArray();
    }

    private (double[], double[]) GatedMap((double Value, double Error)[] gates) =>
        Apply(_map, i => gates[i / (_kernel.Positions * Lanes) * Lanes + i % Lanes]);

    private static (double[], double[]) Apply(float[] values, Func<int, (double Value, double Error)> gate) => (
        values.Select((value, i) => value * gate(i).Value).ToArray(),
        values.Select((value, i) => Math.Abs(value) * (gate(i).Error + Bounds.Epsilon * (gate(i).Value + gate(i).Error)) + 1e-44).ToArray());
}
