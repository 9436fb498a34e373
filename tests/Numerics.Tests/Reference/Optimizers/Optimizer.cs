namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>Updates parameters, each with a state of its own that starts at the parameter's first update.</summary>
internal abstract class Optimizer
{
    /// <summary>May change between steps.</summary>
    public required double LearningRate { get; set; }

    public double WeightDecay { get; init; }

    /// <summary>Which parameters, by name, decay; all of them unless said otherwise, as in PyTorch's single group.</summary>
    public Func<string, bool> Decays { get; init; } = _ => true;

    /// <summary>One step of one parameter, in place.</summary>
    /// <param name="name">Whose state is used.</param>
    /// <param name="parameter">Changed.</param>
    /// <param name="gradient">Left as it is.</param>
    public void Update(string name, double[] parameter, double[] gradient)
    {
        gradient.Length.ShouldBe(parameter.Length, name);
        Step(name, parameter, gradient, Decays(name) ? WeightDecay : 0);
    }

    protected abstract void Step(string name, double[] parameter, double[] gradient, double decay);
}
