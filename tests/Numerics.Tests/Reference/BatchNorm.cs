namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>y = gamma · (x − mean) / √(variance + epsilon) + beta, per channel.</summary>
internal static class BatchNorm
{
    /// <summary>Inference: with the running statistics. All parameters are [C].</summary>
    public static Tensor Forward(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon)
    {
        Tensor y = Tensor.Like(x);
        for (int image = 0; image < x.Images; image++)
        {
            for (int c = 0; c < x.Channels; c++)
            {
                double scale = gamma.Data[c] / Math.Sqrt(variance.Data[c] + epsilon);
                ReadOnlySpan<double> from = x.Plane(image, c);
                Span<double> to = y.Plane(image, c);
                for (int i = 0; i < from.Length; i++) to[i] = (from[i] - mean.Data[c]) * scale + beta.Data[c];
            }
        }

        return y;
    }

    /// <summary>Training: with the batch's own mean and biased variance, which are returned.</summary>
    public static (Tensor Y, Tensor Mean, Tensor Variance) ForwardTraining(Tensor x, Tensor gamma, Tensor beta, double epsilon)
    {
        (Tensor mean, Tensor variance) = Statistics(x);
        return (Forward(x, gamma, beta, mean, variance, epsilon), mean, variance);
    }

    /// <summary>Per channel, over images and positions: the mean and the biased variance, in two passes.</summary>
    public static (Tensor Mean, Tensor Variance) Statistics(Tensor x)
    {
        var mean = new Tensor(x.Channels);
        var variance = new Tensor(x.Channels);
        double count = (double)x.Images * x.Positions;
        for (int c = 0; c < x.Channels; c++)
        {
            double sum = 0;
            for (int image = 0; image < x.Images; image++)
            {
                foreach (double value in x.Plane(image, c)) sum += value;
            }

            mean.Data[c] = sum / count;
            double squares = 0;
            for (int image = 0; image < x.Images; image++)
            {
                foreach (double value in x.Plane(image, c)) squares += (value - mean.Data[c]) * (value - mean.Data[c]);
            }

            variance.Data[c] = squares / count;
        }

        return (mean, variance);
    }

    /// <summary>The new running value; the variance takes the unbiased one, count / (count − 1) times the biased.</summary>
    /// <param name="running">[C], before.</param>
    /// <param name="batch">[C], of this batch.</param>
    /// <param name="momentum">Weight of the new value.</param>
    /// <param name="correction">1 for the mean, count / (count − 1) for the variance.</param>
    public static Tensor UpdateRunning(Tensor running, Tensor batch, double momentum, double correction)
    {
        Tensor result = Tensor.Like(running);
        for (int c = 0; c < result.Data.Length; c++)
        {
            result.Data[c] = (1 - momentum) * running.Data[c] + momentum * batch.Data[c] * correction;
        }

        return result;
    }
}
