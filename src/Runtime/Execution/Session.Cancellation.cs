namespace EfficientNet.Runtime;

/// <content>The calls on batches, which whoever asked for one can give up. It is noticed between two passes; what they computed by then is there.</content>
public sealed unsafe partial class Session
{
    /// <inheritdoc cref="Forward(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="logits">Receives <c>[N][Classes]</c>.</param>
    /// <param name="cancellationToken">Asks to stop before the next pass of at most <see cref="MaximumBatch"/> images.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public void Forward(ReadOnlySpan<float> images, Span<float> logits, CancellationToken cancellationToken)
    {
        int batch = Batch(images.Length);
        Check(logits.Length, batch, _description.Classes, "logits", nameof(logits));
        Begin();
        try
        {
            Pass(images, logits, default, default, batch, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc cref="Forward(ReadOnlySpan{float}, Span{float}, Span{float})"/>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="logits">Receives <c>[N][Classes]</c>.</param>
    /// <param name="features">Receives <c>[N][Features]</c>.</param>
    /// <param name="cancellationToken">Asks to stop before the next pass of at most <see cref="MaximumBatch"/> images.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public void Forward(ReadOnlySpan<float> images, Span<float> logits, Span<float> features, CancellationToken cancellationToken)
    {
        int batch = Batch(images.Length);
        Check(logits.Length, batch, _description.Classes, "logits", nameof(logits));
        Check(features.Length, batch, _description.Features, "features", nameof(features));
        Begin();
        try
        {
            Pass(images, logits, features, default, batch, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc cref="ForwardFeatures(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="features">Receives <c>[N][Features]</c>.</param>
    /// <param name="cancellationToken">Asks to stop before the next image.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public void ForwardFeatures(ReadOnlySpan<float> images, Span<float> features, CancellationToken cancellationToken)
    {
        int batch = Batch(images.Length);
        Check(features.Length, batch, _description.Features, "features", nameof(features));
        Begin();
        try
        {
            // There is room for one image's logits, which nobody wants: image by image.
            fixed (float* input = images, pooled = features)
            {
                for (int image = 0; image < batch; image++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _work.Run(_team, input + image * _imageFloats, _work.Logits, pooled + (long)image * _description.Features, trace: null, clock: null, 1);
                }
            }
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc cref="Classify(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="probabilities">Receives <c>[N][Classes]</c>; after a cancellation it holds nothing of use.</param>
    /// <param name="cancellationToken">Asks to stop before the next pass of at most <see cref="MaximumBatch"/> images.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public void Classify(ReadOnlySpan<float> images, Span<float> probabilities, CancellationToken cancellationToken)
    {
        Classify(images, probabilities, eachAlone: false, cancellationToken);
    }

    /// <inheritdoc cref="ClassifyMultiLabel(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="probabilities">Receives <c>[N][Classes]</c>; after a cancellation it holds nothing of use.</param>
    /// <param name="cancellationToken">Asks to stop before the next pass of at most <see cref="MaximumBatch"/> images.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public void ClassifyMultiLabel(ReadOnlySpan<float> images, Span<float> probabilities, CancellationToken cancellationToken)
    {
        Classify(images, probabilities, eachAlone: true, cancellationToken);
    }
}
