using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>One training step of a small network with everything that it needs; a seed decides the loss, the mode and what is dropped.</summary>
internal sealed class GradientProblem
{
    private const int Images = 3;

    /// <summary>Half the width of a difference, whichever serves best: wide ones meet corners and curvature, narrow ones lose digits.</summary>
    private static readonly double[] Distances = [3e-6, 3e-7, 3e-8, 3e-9];

    /// <summary>What a difference may miss: of the slope expected in a random direction, and in absolute terms.</summary>
    private const double Relative = 1e-5, Absolute = 3e-8;

    private readonly Dictionary<string, Tensor> _weights;
    private readonly Tensor _images;

    public GradientProblem(ArchitectureSpec spec, int seed)
    {
        Spec = spec;
        Graph = spec.TrainingGraph();
        _weights = ParameterTable.Of(Graph, Naming.TorchVision).ToDictionary(row => row.Name, row => Tensor.Of(row.Shape, WeightRule.Values(row.Name, row.Shape)));
        _images = WeightRule.Input(Images, spec.Scaling.Resolution);
        var random = new Sequence((ulong)seed, "training step");
        Loss = seed % 3 == 0
            ? new BinaryLoss(Random([Images, spec.Classes], "targets", seed))
            : new SoftmaxLoss([.. Enumerable.Range(0, Images).Select(_ => random.Between(0, spec.Classes - 1))], seed % 3 == 1 ? 0.1 : 0);
        Mode = new TrainingMode { FrozenBatchNorm = seed % 4 == 3, Factors = Factors(seed) };
    }

    public ArchitectureSpec Spec { get; }

    public Network Graph { get; }

    public TrainingLoss Loss { get; }

    public TrainingMode Mode { get; }

    /// <summary>What a step differentiates with respect to.</summary>
    public IEnumerable<string> ParameterNames => _weights.Keys.Where(name => !name.Contains("running_", StringComparison.Ordinal));

    public TrainingResult Step() => ReferenceTraining.Run(Graph, _weights, _images, Loss, Mode);

    /// <summary>How far the slope along a random direction of all parameters is from what their gradients say, as a share of what is allowed.</summary>
    public double SlopeError(IReadOnlyDictionary<string, Tensor> gradients)
    {
        Dictionary<string, Tensor> directions = gradients.ToDictionary(pair => pair.Key, pair => Random(pair.Value.Shape, pair.Key, 1).Map(value => 2 * value - 1));
        double Along(double step) => LossAt(_weights.ToDictionary(pair => pair.Key,
            pair => directions.TryGetValue(pair.Key, out Tensor? direction) ? Moved(pair.Value, direction, step) : pair.Value), _images);
        return Error(Along, gradients.Select(pair => (pair.Value, directions[pair.Key])));
    }

    /// <summary>The same for one parameter.</summary>
    public double SlopeError(string name, Tensor gradient) => SlopeError(new Dictionary<string, Tensor> { [name] = gradient });

    /// <summary>The same for the images.</summary>
    public double ImageSlopeError(Tensor gradient)
    {
        Tensor direction = Random(_images.Shape, "images", 1).Map(value => 2 * value - 1);
        return Error(step => LossAt(_weights, Moved(_images, direction, step)), [(gradient, direction)]);
    }

    public override string ToString() =>
        $"{Spec.Name}: {Graph.Ops.Count} operations, {Spec.Activation}, {Spec.Scaling.Resolution} px, BatchNorm {(Spec.BatchNorm is null ? "absent" : Mode.FrozenBatchNorm ? "frozen" : "training")}, "
        + $"{Mode.Factors.Count} dropping, {Loss.GetType().Name}";

    private static double Error(Func<double, double> loss, IEnumerable<(Tensor Gradient, Tensor Direction)> parts)
    {
        double expected = 0, squares = 0;
        foreach ((Tensor gradient, Tensor direction) in parts)
        {
            expected += gradient.Data.Zip(direction.Data, (g, d) => g * d).Sum();
            squares += gradient.Data.Sum(value => value * value);
        }

        double allowed = Relative * Math.Sqrt(squares) + Absolute;
        double best = double.PositiveInfinity;
        foreach (double distance in Distances)
        {
            double found = (loss(distance) - loss(-distance)) / (2 * distance);
            best = Math.Min(best, Math.Abs(found - expected) / allowed);
            if (best < 1) break;
        }

        return best;
    }

    private static Tensor Moved(Tensor from, Tensor direction, double step)
    {
        Tensor to = Tensor.Like(from);
        for (int i = 0; i < to.Data.Length; i++) to.Data[i] = from.Data[i] + step * direction.Data[i];
        return to;
    }

    /// <summary>Values in [0, 1).</summary>
    private static Tensor Random(int[] shape, string name, int seed)
    {
        var tensor = new Tensor([.. shape]);
        ulong hash = WeightRule.Hash($"random {name}", seed);
        for (int i = 0; i < tensor.Data.Length; i++) tensor.Data[i] = WeightRule.Uniform(hash, (ulong)i);
        return tensor;
    }

    private double LossAt(IReadOnlyDictionary<string, Tensor> weights, Tensor images) =>
        Loss.Forward(new TrainingPass(Graph, new ReferenceNetwork.Parameters(weights, Naming.TorchVision), images, Mode).Output);

    private Dictionary<string, Tensor> Factors(int seed)
    {
        var factors = new Dictionary<string, Tensor>();
        foreach (Op op in Graph.Ops)
        {
            (int[] shape, double rate) = op switch
            {
                StochasticDepthOp d => (new[] { Images }, d.Rate),
                DropoutOp d => ([Images, d.Output.Channels], d.Rate),
                _ => ([], 0),
            };
            if (rate > 0) factors.Add(op.Name, Random(shape, op.Name, seed).Map(value => value < rate ? 0 : 1 / (1 - rate)));
        }

        return factors;
    }
}
