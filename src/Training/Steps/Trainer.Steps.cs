using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>Forward, loss and backward.</content>
public sealed unsafe partial class Trainer
{
    /// <summary>Runs forward and backward, and adds the gradients of the batch's mean loss to those that are there.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="labels">The class of every image.</param>
    /// <returns>The mean loss: cross-entropy of softmax.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a label is no class; nothing has been computed then.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FirstTrained"/> is no part of the network.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double Accumulate(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        return Accumulate(images, labels, default);
    }

    /// <summary>Runs forward and backward down to the images.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="labels">The class of every image.</param>
    /// <param name="imageGradient">Receives the gradient of the mean loss with respect to the images, laid out like them; or empty. Nothing may be frozen then.</param>
    /// <inheritdoc cref="Accumulate(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
    public double Accumulate(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> imageGradient)
    {
        using Use use = Begin();
        int batch = Batch(images.Length, imageGradient);
        if (labels.Length != batch)
            throw new ArgumentException($"{batch} images have {labels.Length} labels.", nameof(labels));
        for (int i = 0; i < batch; i++)
        {
            if ((uint)labels[i] >= (uint)Classes)
                throw new ArgumentException($"Label {labels[i]} of image {i} is no class: {Description.Network.Name} is trained for classes 0 to {Classes - 1}.", nameof(labels));
        }

        for (int i = 0; i < batch; i++)
        {
            Span<float> targets = Targets(i);
            targets.Clear();
            targets[labels[i]] = 1;
        }

        return Run(images, imageGradient, batch, multiLabel: false);
    }

    /// <summary>Runs forward and backward for images whose labels are mixed.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="targets">For every image and class a probability, an image's summing to 1: <c>[N][Classes]</c>.</param>
    /// <returns>The mean loss: cross-entropy of softmax.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FirstTrained"/> is no part of the network.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double AccumulateMixed(ReadOnlySpan<float> images, ReadOnlySpan<float> targets)
    {
        using Use use = Begin();
        int batch = Batch(images.Length, default);
        CopyTargets(targets, batch);
        return Run(images, default, batch, multiLabel: false);
    }

    /// <summary>Runs forward and backward for images with any number of labels.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="targets">For every image and class a target from 0 to 1: <c>[N][Classes]</c>.</param>
    /// <returns>The mean over images of the mean over classes of the binary cross-entropy of sigmoid.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FirstTrained"/> is no part of the network.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double AccumulateMultiLabel(ReadOnlySpan<float> images, ReadOnlySpan<float> targets)
    {
        return AccumulateMultiLabel(images, targets, default);
    }

    /// <summary>Runs forward and backward down to the images, for images with any number of labels.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="targets">For every image and class a target from 0 to 1: <c>[N][Classes]</c>.</param>
    /// <param name="imageGradient">Receives the gradient of the mean loss with respect to the images, laid out like them; or empty. Nothing may be frozen then.</param>
    /// <inheritdoc cref="AccumulateMultiLabel(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public double AccumulateMultiLabel(ReadOnlySpan<float> images, ReadOnlySpan<float> targets, Span<float> imageGradient)
    {
        using Use use = Begin();
        int batch = Batch(images.Length, imageGradient);
        CopyTargets(targets, batch);
        return Run(images, imageGradient, batch, multiLabel: true);
    }

    /// <summary>The logits of the last batch.</summary>
    /// <param name="image">The image's number in its batch.</param>
    /// <returns>One number for each class; valid until the next step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not below <see cref="MaximumBatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public ReadOnlySpan<float> Logits(int image)
    {
        using Use use = Begin();
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, MaximumBatch);
        return new ReadOnlySpan<float>(_memory.Logits + (long)image * _memory.LogitsStride, Classes);
    }

    private double Run(ReadOnlySpan<float> images, Span<float> imageGradient, int batch, bool multiLabel)
    {
        foreach (MaskDescription mask in Description.Masks)
        {
            for (int image = 0; image < batch; image++)
                Masks.Fill(mask, image, new Span<float>(_memory.Masks + mask.At * batch + (long)image * mask.Floats, mask.Elements));
        }

        _memory.LossOptions[0] = LabelSmoothing;
        _memory.LossOptions[1] = 1f / batch;
        _memory.LossOptions[2] = Classes;
        _memory.KeepStatistics();
        fixed (float* input = images, gradient = imageGradient)
        {
            _step.Frame = new TrainingFrame
            {
                Input = input,
                InputGradient = gradient,
                Targets = _memory.Targets,
                Logits = _memory.Logits,
                Loss = _memory.Loss,
                LossOptions = _memory.LossOptions,
                Parameters = _memory.Parameters,
                Gradients = _memory.Gradients,
                Statistics = _memory.Statistics,
                Masks = _memory.Masks,
                Maps = _memory.Maps,
                Vectors = _memory.Vectors,
                Records = _memory.Records,
                MultiLabel = multiLabel,
                FirstTrained = FirstTrained,
                Images = batch,
                InstructionSet = InstructionSet,
            };
            _team.Run(_step);
        }

        double sum = 0;
        for (int i = 0; i < batch; i++)
            sum += _memory.Loss[i];
        return sum / batch;
    }

    private void CopyTargets(ReadOnlySpan<float> targets, int batch)
    {
        if (targets.Length != (long)batch * Classes)
            throw new ArgumentException($"{batch} images of {Classes} classes have {targets.Length} targets.", nameof(targets));
        for (int i = 0; i < batch; i++)
            targets.Slice(i * Classes, Classes).CopyTo(Targets(i));
    }

    private Span<float> Targets(int image)
    {
        return new Span<float>(_memory.Targets + (long)image * Description.Network.Classes, Classes);
    }

    private int Batch(int floats, Span<float> imageGradient)
    {
        NetworkDescription network = Description.Network;
        int batch = (int)(floats / _imageFloats);
        if (batch == 0 || floats % _imageFloats != 0 || batch > MaximumBatch)
        {
            throw new ArgumentException(
                $"{network.Name} takes 1 to {MaximumBatch} images of {network.InputChannels}x{network.Resolution}x{network.Resolution} = {_imageFloats} floats: {floats} floats are not that.", "images");
        }

        if (!imageGradient.IsEmpty && imageGradient.Length != floats)
            throw new ArgumentException($"The images have {floats} floats, the span for their gradient {imageGradient.Length}.", nameof(imageGradient));
        if (!imageGradient.IsEmpty && FirstTrained > 0)
            throw new ArgumentException("A frozen part passes no gradient on to the images.", nameof(imageGradient));
        ThrowIfNoPart();
        return batch;
    }

    private void ThrowIfNoPart()
    {
        if ((uint)FirstTrained >= (uint)Description.Parts.Count)
            throw new InvalidOperationException($"The first trained part is {FirstTrained}: {Description.Network.Name} has parts 0 to {Description.Parts.Count - 1}.");
    }
}
