namespace EfficientNet.Training;

/// <summary>One number after another of a <see cref="CounterRandom"/>: for a piece of work that asks in an order of its own.</summary>
internal sealed class RandomStream(CounterRandom random)
{
    private ulong _next;

    /// <summary>A number in [0, 1).</summary>
    public double Uniform()
    {
        return random.Uniform(_next++);
    }

    /// <summary>A number between two.</summary>
    public double Between(double least, double most)
    {
        return least + Uniform() * (most - least);
    }

    /// <summary>A whole number in [0, count).</summary>
    public int Below(int count)
    {
        return (int)(Uniform() * count);
    }

    /// <summary>A number from Beta(α, α), by two gamma numbers (Marsaglia, Tsang 2000).</summary>
    public double Beta(double alpha)
    {
        double first = Gamma(alpha), second = Gamma(alpha);
        return first + second == 0 ? 0.5 : first / (first + second);
    }

    private double Gamma(double shape)
    {
        if (shape < 1)
            return Gamma(shape + 1) * Math.Pow(1 - Uniform(), 1 / shape);
        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
            double v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - Uniform()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }
}
