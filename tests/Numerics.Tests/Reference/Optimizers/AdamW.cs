namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>
/// w *= 1 − rate · decay; m = beta1 · m + (1 − beta1) · g; v = beta2 · v + (1 − beta2) · g²;
/// w −= rate / (1 − beta1ᵗ) · m / (√v / √(1 − beta2ᵗ) + epsilon), t from 1.
/// </summary>
internal sealed class AdamW : Optimizer
{
    private readonly MomentTable _means = new(start: 0);
    private readonly MomentTable _meanSquares = new(start: 0);
    private readonly Dictionary<string, int> _steps = [];

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public required double Epsilon { get; init; }

    protected override void Step(string name, double[] parameter, double[] gradient, double decay)
    {
        int t = _steps[name] = _steps.GetValueOrDefault(name) + 1;
        double[] mean = _means.Of(name, parameter.Length), meanSquare = _meanSquares.Of(name, parameter.Length);
        double rate = LearningRate / (1 - Math.Pow(Beta1, t)), correction = Math.Sqrt(1 - Math.Pow(Beta2, t));
        for (int i = 0; i < parameter.Length; i++)
        {
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * gradient[i];
            meanSquare[i] = Beta2 * meanSquare[i] + (1 - Beta2) * gradient[i] * gradient[i];
            parameter[i] = parameter[i] * (1 - LearningRate * decay) - rate * mean[i] / (Math.Sqrt(meanSquare[i]) / correction + Epsilon);
        }
    }
}
