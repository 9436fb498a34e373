using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <content>From logits to probabilities and the classes that have most of them.</content>
public sealed unsafe partial class Session
{
    /// <summary>Computes the probability of every class, of which an image shows one: softmax.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="probabilities">Receives <c>[N][Classes]</c>; each image's sum to 1.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Classify(ReadOnlySpan<float> images, Span<float> probabilities)
    {
        Classify(images, probabilities, eachAlone: false, CancellationToken.None);
    }

    /// <summary>Computes the probability of every class by itself, for networks of whose classes an image may show any number: sigmoid.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="probabilities">Receives <c>[N][Classes]</c>, each between 0 and 1.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void ClassifyMultiLabel(ReadOnlySpan<float> images, Span<float> probabilities)
    {
        Classify(images, probabilities, eachAlone: true, CancellationToken.None);
    }

    /// <summary>Finds the most probable classes.</summary>
    /// <param name="probabilities">One image's probabilities, or logits.</param>
    /// <param name="classes">Receives class numbers, most probable first; equals in order of their number, NaN last.</param>
    /// <exception cref="ArgumentException">More classes are asked for than there are.</exception>
    public static void TopK(ReadOnlySpan<float> probabilities, Span<int> classes)
    {
        if (classes.Length > probabilities.Length)
        {
            throw new ArgumentException(
                $"The {classes.Length} most probable of {probabilities.Length} classes were asked for.", nameof(classes));
        }

        int found = 0;
        for (int candidate = 0; candidate < probabilities.Length; candidate++)
        {
            int at = found;
            while (at > 0 && ClassScore.IsAbove(probabilities[candidate], probabilities[classes[at - 1]]))
                at--;
            if (at == classes.Length)
                continue;
            if (found < classes.Length)
                found++;
            for (int i = found - 1; i > at; i--)
                classes[i] = classes[i - 1];
            classes[at] = candidate;
        }
    }

    /// <summary>Finds the most probable classes with their scores.</summary>
    /// <param name="scores">One image's probabilities, or logits.</param>
    /// <param name="top">Receives classes and scores, highest first; equals in order of their number, NaN last.</param>
    /// <exception cref="ArgumentException">More classes are asked for than there are.</exception>
    public static void TopK(ReadOnlySpan<float> scores, Span<ClassScore> top)
    {
        // The classes take the first half of the memory; from the last one on, none is overwritten before it is read.
        Span<int> classes = MemoryMarshal.Cast<ClassScore, int>(top)[..top.Length];
        TopK(scores, classes);
        for (int i = top.Length - 1; i >= 0; i--)
            top[i] = new ClassScore(classes[i], scores[classes[i]]);
    }

    private void Classify(ReadOnlySpan<float> images, Span<float> probabilities, bool eachAlone, CancellationToken cancellationToken)
    {
        int batch = Batch(images.Length);
        int classes = _description.Classes;
        Check(probabilities.Length, batch, classes, "probabilities", nameof(probabilities));
        Begin();
        try
        {
            Pass(images, probabilities, default, default, batch, cancellationToken);
            // The logits of one image at a time move aside, because neither function may run in place.
            var logits = new Span<float>(_work.Logits, classes);
            fixed (float* rows = probabilities)
            {
                for (int image = 0; image < batch; image++)
                {
                    probabilities.Slice(image * classes, classes).CopyTo(logits);
                    float* row = rows + (nint)image * classes;
                    if (eachAlone)
                        _network.Sigmoids(_work.Logits, row);
                    else
                        _network.Softmax(_work.Logits, row);
                }
            }
        }
        finally
        {
            End();
        }
    }
}
