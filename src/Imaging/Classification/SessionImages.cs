using EfficientNet.Runtime;

namespace EfficientNet.Imaging;

/// <summary>Photos straight into a network: preprocessing, forward pass, probabilities.</summary>
/// <remarks>
/// Each call allocates the network's input. Whoever classifies a stream of photos keeps an <see cref="ImagePreprocessor"/> and a buffer and
/// calls <see cref="Session.Classify(ReadOnlySpan{float}, Span{float})"/>. A pixel buffer becomes an image by
/// <see cref="Image.FromRgb"/>, <see cref="Image.FromBgra"/> and their like.
/// </remarks>
public static class SessionImages
{
    /// <summary>Classifies one photo.</summary>
    /// <param name="session">A session of the network.</param>
    /// <param name="image">The photo, of any size; it is resized and cropped as <see cref="CompiledNetwork.Preprocessing"/> says.</param>
    /// <param name="top">Classes wanted, at least 1; fewer come where the weights know fewer (<see cref="CompiledNetwork.KnownClasses"/>).</param>
    /// <returns>Classes with their probabilities, most probable first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public static ClassScore[] Classify(this Session session, Image image, int top = 5)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(top);
        float[] probabilities = new float[session.Network.Network.Classes];
        session.Classify(Input(session, image), probabilities);
        int known = session.Network.KnownClasses;
        var found = new ClassScore[Math.Min(top, known)];
        Session.TopK(probabilities.AsSpan(0, known), found);
        return found;
    }

    /// <summary>Names everything that one photo shows, by a network whose classes do not exclude each other.</summary>
    /// <param name="session">A session of the network.</param>
    /// <param name="image">The photo, of any size; it is resized and cropped as <see cref="CompiledNetwork.Preprocessing"/> says.</param>
    /// <param name="threshold">Least probability of a class that is named, in 0..1.</param>
    /// <returns>Classes with their probabilities, most probable first; none where the photo shows none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not in 0..1.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public static ClassScore[] ClassifyMultiLabel(this Session session, Image image, float threshold = 0.5f)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(image);
        if (!(threshold is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A probability is in 0..1.");
        float[] probabilities = new float[session.Network.Network.Classes];
        session.ClassifyMultiLabel(Input(session, image), probabilities);
        return [.. probabilities
            .Take(session.Network.KnownClasses)
            .Select((probability, number) => new ClassScore(number, probability))
            .Where(score => score.Score >= threshold)
            .OrderByDescending(score => score.Score)];
    }

    /// <summary>Computes one photo's pooled features, for search and transfer learning.</summary>
    /// <param name="session">A session of the network.</param>
    /// <param name="image">The photo, of any size; it is resized and cropped as <see cref="CompiledNetwork.Preprocessing"/> says.</param>
    /// <returns>As many floats as the description's <see cref="NetworkDescription.Features"/>.</returns>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public static float[] ForwardFeatures(this Session session, Image image)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(image);
        float[] features = new float[session.Network.Network.Features];
        session.ForwardFeatures(Input(session, image), features);
        return features;
    }

    private static float[] Input(Session session, Image image)
    {
        var preprocessor = new ImagePreprocessor(session.Network.Preprocessing);
        float[] input = new float[preprocessor.InputLength];
        preprocessor.Preprocess(image, input);
        return input;
    }
}
