namespace EfficientNet.Training;

/// <summary>The numbers of one stream one after another, for what draws as many as it needs.</summary>
/// <param name="random">The stream.</param>
internal struct RandomSequence(CounterRandom random)
{
    private ulong _next;

    /// <summary>A number in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public double Between(double from, double to)
    {
        return from + (to - from) * random.Uniform(_next++);
    }

    /// <summary>A whole number in [0, <paramref name="count"/>).</summary>
    public int Below(int count)
    {
        return (int)Math.BigMul(random.Bits(_next++), (ulong)count, out _);
    }

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability)
    {
        return random.Uniform(_next++) < probability;
    }

    /// <summary>A number of the Beta distribution with both parameters <paramref name="alpha"/> (Jöhnk 1964).</summary>
    public double Beta(double alpha)
    {
        while (true)
        {
            // In logarithms, because powers of small alphas underflow.
            double x = Math.Log(1 - random.Uniform(_next++)) / alpha, y = Math.Log(1 - random.Uniform(_next++)) / alpha;
            double largest = Math.Max(x, y);
            double logSum = largest + Math.Log(Math.Exp(x - largest) + Math.Exp(y - largest));
            if (logSum <= 0)
                return Math.Exp(x - logSum);
        }
    }

    /// <summary>Puts items in a random order (Fisher, Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
