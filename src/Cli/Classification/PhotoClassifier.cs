using System.Diagnostics;
using EfficientNet.Cli.Invocation;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Classification;

/// <summary>Reads photos batch by batch and runs the network on each batch.</summary>
internal sealed class PhotoClassifier : IDisposable
{
    private readonly NetworkDescription _network;
    private readonly Session _session;
    private readonly ImagePreprocessor _preprocessor;
    private readonly ClassLabels _labels;
    private readonly bool _isMultiLabel;
    private readonly float[] _images;
    private readonly float[] _probabilities;
    private readonly int[] _classes;
    private readonly int _known;

    /// <summary>Prepares.</summary>
    /// <param name="network">The network; it stays the caller's.</param>
    /// <param name="labels">As many as the network has classes.</param>
    /// <param name="top">Classes to name for each photo; never more than there are.</param>
    /// <param name="threads">Threads of a pass; 0 for one for each processor.</param>
    /// <param name="batch">Photos that one pass takes at once.</param>
    public PhotoClassifier(CompiledNetwork network, ClassLabels labels, int top, int threads, int batch)
    {
        _network = network.Network;
        _labels = labels;
        _isMultiLabel = network.Metadata.IsMultiLabel == true;
        _preprocessor = new ImagePreprocessor(network.Preprocessing);
        _known = network.KnownClasses;
        _classes = new int[Math.Min(top, _known)];
        _probabilities = new float[batch * _network.Classes];
        _images = new float[batch * _preprocessor.InputLength];
        _session = network.CreateSession(threads, batch);
    }

    /// <summary>Classifies photos, in their order; one that cannot be read does not stop the rest.</summary>
    /// <param name="photos">Files.</param>
    /// <param name="interrupted">Ends the work between two photos.</param>
    public IEnumerable<PhotoOutcome> Classify(IEnumerable<string> photos, CancellationToken interrupted)
    {
        foreach (string[] batch in photos.Chunk(_session.MaximumBatch))
        {
            interrupted.ThrowIfCancellationRequested();
            foreach (PhotoOutcome outcome in ClassifyBatch(batch, interrupted)) yield return outcome;
        }
    }

    /// <summary>Frees the session.</summary>
    public void Dispose() => _session.Dispose();

    private PhotoOutcome[] ClassifyBatch(string[] files, CancellationToken interrupted)
    {
        string?[] failures = new string?[files.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _session.Threads, CancellationToken = interrupted };
        Parallel.For(0, files.Length, parallel, slot => failures[slot] = Read(files[slot], Slot(slot)));

        // The readable photos move together, for a pass takes one block of images.
        int readable = 0;
        for (int slot = 0; slot < files.Length; slot++)
        {
            if (failures[slot] is not null) continue;
            if (slot != readable) Slot(slot).CopyTo(Slot(readable));
            readable++;
        }

        long start = Stopwatch.GetTimestamp();
        Span<float> images = _images.AsSpan(0, readable * _preprocessor.InputLength), probabilities = _probabilities.AsSpan(0, readable * _network.Classes);
        if (_isMultiLabel) _session.ClassifyMultiLabel(images, probabilities);
        else _session.Classify(images, probabilities);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, readable);

        var outcomes = new PhotoOutcome[files.Length];
        for (int slot = 0, row = 0; slot < files.Length; slot++)
        {
            outcomes[slot] = failures[slot] is { } failure
                ? new PhotoOutcome(null, failure)
                : new PhotoOutcome(new ClassifiedPhoto(files[slot], _network.Name, Top(row++), milliseconds), null);
        }
        return outcomes;
    }

    private string? Read(string file, Span<float> input)
    {
        try
        {
            _preprocessor.Preprocess(Image.Load(file), input);
            return null;
        }
        catch (Exception exception) when (FileReason.Explains(exception))
        {
            return FileReason.Line(file, exception);
        }
    }

    private Prediction[] Top(int row)
    {
        ReadOnlySpan<float> probabilities = _probabilities.AsSpan(row * _network.Classes, _known);
        Session.TopK(probabilities, _classes);
        var top = new Prediction[_classes.Length];
        for (int i = 0; i < top.Length; i++)
        {
            int index = _classes[i];
            top[i] = new Prediction(index, _labels[index], probabilities[index]);
        }
        return top;
    }

    private Span<float> Slot(int slot) => _images.AsSpan(slot * _preprocessor.InputLength, _preprocessor.InputLength);
}
