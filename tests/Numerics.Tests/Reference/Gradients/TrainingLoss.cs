namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>What a training step minimises, labels included.</summary>
internal abstract record TrainingLoss
{
    /// <param name="logits">[N, classes].</param>
    public abstract double Forward(Tensor logits);

    /// <summary>Of the loss with respect to the logits, [N, classes].</summary>
    public abstract Tensor Gradient(Tensor logits);
}

/// <summary><see cref="SoftmaxCrossEntropy"/>, the mean over images: its gradient is (softmax(x) − target) / N.</summary>
/// <param name="Labels">The right class of every image.</param>
/// <param name="Smoothing">This much of the target is spread evenly over all classes.</param>
internal sealed record SoftmaxLoss(IReadOnlyList<int> Labels, double Smoothing = 0) : TrainingLoss
{
    public override double Forward(Tensor logits) => SoftmaxCrossEntropy.Forward(logits, Labels, Smoothing);

    public override Tensor Gradient(Tensor logits)
    {
        Tensor gradient = Softmax.Forward(logits);
        int classes = logits.Channels;
        for (int i = 0; i < gradient.Data.Length; i++)
        {
            double target = Smoothing / classes + (i % classes == Labels[i / classes] ? 1 - Smoothing : 0);
            gradient.Data[i] = (gradient.Data[i] - target) / logits.Images;
        }

        return gradient;
    }
}

/// <summary>Cross-entropy of softmax with a target for every class, the mean over images.</summary>
/// <param name="Targets">[N, classes], each from 0 to 1.</param>
/// <param name="Smoothing">This much of an image's targets is spread evenly over all classes.</param>
internal sealed record MixedSoftmaxLoss(Tensor Targets, double Smoothing = 0) : TrainingLoss
{
    public override double Forward(Tensor logits)
    {
        Tensor targets = Smoothed();
        double loss = 0;
        for (int n = 0; n < logits.Images; n++)
        {
            double[] x = logits.Data.AsSpan(n * logits.Channels, logits.Channels).ToArray();
            double largest = x.Max(), logarithm = largest + Math.Log(x.Sum(value => Math.Exp(value - largest)));
            for (int c = 0; c < x.Length; c++) loss += targets.Data[n * x.Length + c] * (logarithm - x[c]);
        }

        return loss / logits.Images;
    }

    public override Tensor Gradient(Tensor logits)
    {
        Tensor targets = Smoothed(), gradient = Softmax.Forward(logits);
        for (int i = 0; i < gradient.Data.Length; i++)
        {
            double all = targets.Data.AsSpan(i / logits.Channels * logits.Channels, logits.Channels).ToArray().Sum();
            gradient.Data[i] = (gradient.Data[i] * all - targets.Data[i]) / logits.Images;
        }

        return gradient;
    }

    private Tensor Smoothed()
    {
        int classes = Targets.Channels;
        var smoothed = new double[Targets.Data.Length];
        for (int i = 0; i < smoothed.Length; i++)
        {
            double all = Targets.Data.AsSpan(i / classes * classes, classes).ToArray().Sum();
            smoothed[i] = (1 - Smoothing) * Targets.Data[i] + Smoothing * all / classes;
        }

        return new Tensor([Targets.Images, classes], smoothed);
    }
}

/// <summary><see cref="BinaryCrossEntropy"/>, the mean over images and classes: its gradient is (σ(x) − target) / (N · classes).</summary>
/// <param name="Targets">[N, classes], each from 0 to 1.</param>
internal sealed record BinaryLoss(Tensor Targets) : TrainingLoss
{
    public override double Forward(Tensor logits) => BinaryCrossEntropy.Forward(logits, Targets);

    public override Tensor Gradient(Tensor logits)
    {
        Tensor gradient = Sigmoid.Forward(logits);
        for (int i = 0; i < gradient.Data.Length; i++) gradient.Data[i] = (gradient.Data[i] - Targets.Data[i]) / gradient.Data.Length;
        return gradient;
    }
}
