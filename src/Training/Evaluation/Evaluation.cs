using System.Runtime.InteropServices;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What a network makes of images with known classes: image by image added, then asked.</summary>
/// <remarks>With one label an image counts as its largest logit; with many, a class counts where its logit is above 0, a probability of ½.
/// NaN is below every number, and an image of nothing else is taken for no class; the loss is NaN then.</remarks>
public sealed class Evaluation
{
    private const int TopClasses = 5;
    private const int KeptMistakes = 24;

    // Of many thousand classes few pairs are ever confused.
    private readonly Dictionary<(int Expected, int Predicted), long> _confusion = [];
    private readonly long[] _correct;
    private readonly long[] _predicted;
    private readonly long[] _count;
    private readonly List<(float Logit, bool Is)>[] _ranked;
    private readonly List<Mistake> _mistakes = [];
    private long _top1;
    private long _top5;
    private double _loss;

    /// <summary>Begins with no images.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="isMultiLabel">Whether an image has any number of labels.</param>
    public Evaluation(IReadOnlyList<string> classes, bool isMultiLabel)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Classes = classes;
        IsMultiLabel = isMultiLabel;
        _correct = new long[classes.Count];
        _predicted = new long[classes.Count];
        _count = new long[classes.Count];
        _ranked = isMultiLabel ? classes.Select(_ => new List<(float, bool)>()).ToArray() : [];
    }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Whether an image has any number of labels.</summary>
    public bool IsMultiLabel { get; }

    /// <summary>Images so far.</summary>
    public long Count { get; private set; }

    /// <summary>Mean cross-entropy; of many labels the mean binary cross-entropy.</summary>
    public double Loss => Count == 0 ? 0 : _loss / Count;

    /// <summary>Part of the images whose class has the largest logit; of many labels, those whose every class is right.</summary>
    public double Top1 => Count == 0 ? 0 : (double)_top1 / Count;

    /// <summary>Part of the images whose class is among the five largest logits; of many labels as <see cref="Top1"/>.</summary>
    public double Top5 => Count == 0 ? 0 : (double)(IsMultiLabel ? _top1 : _top5) / Count;

    /// <summary>What to compare networks by: <see cref="Top1"/>, of many labels the mean of the classes' average precisions.</summary>
    public double Score => IsMultiLabel ? PerClass.Where(result => result.Count > 0).Select(result => result.AveragePrecision).DefaultIfEmpty().Average() : Top1;

    /// <summary>One number of the confusion matrix: images of a class that were taken for a class; 0 for many labels.</summary>
    /// <param name="expected">The images' class.</param>
    /// <param name="predicted">What they were taken for; the same class where they were recognised.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is no class.</exception>
    public long GetConfusion(int expected, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)expected, (uint)Classes.Count, nameof(expected));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes.Count, nameof(predicted));
        return _confusion.GetValueOrDefault((expected, predicted));
    }

    /// <summary>Every class by itself.</summary>
    public IReadOnlyList<ClassResult> PerClass =>
        Classes.Select((name, i) => new ClassResult(name, _count[i], _correct[i], _predicted[i], IsMultiLabel ? AveragePrecision(_ranked[i]) : 0)).ToArray();

    /// <summary>The mistakes that the network was surest of, the worst first; empty for many labels.</summary>
    public IReadOnlyList<Mistake> WorstMistakes => _mistakes;

    /// <summary>Adds an image.</summary>
    /// <param name="logits">One for each class.</param>
    /// <param name="labels">Its classes: one, or any number where labels are many.</param>
    /// <param name="index">Its number in its data set.</param>
    /// <exception cref="ArgumentException">Logits or labels do not fit the classes.</exception>
    public void Add(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int index)
    {
        if (logits.Length != Classes.Count)
            throw new ArgumentException($"There are {Classes.Count} classes and {logits.Length} logits.", nameof(logits));
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)Classes.Count) throw new ArgumentException($"Label {label} is no class: there are {Classes.Count}.", nameof(labels));
        }

        if (!IsMultiLabel && labels.Length != 1)
            throw new ArgumentException($"The image has {labels.Length} labels: expected one.", nameof(labels));
        Count++;
        if (IsMultiLabel) AddMany(logits, labels);
        else AddOne(logits, labels[0], index);
    }

    private void AddOne(ReadOnlySpan<float> logits, int label, int index)
    {
        int predicted = 0, above = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            // As TopK has it: equals in order of their numbers, NaN below every number.
            if (ClassScore.IsAbove(logits[i], logits[predicted])) predicted = i;
            if (ClassScore.IsAbove(logits[i], logits[label]) || (logits[i] == logits[label] && i < label)) above++;
        }

        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp((double)logit - logits[predicted]);
        _loss += Math.Log(sum) - ((double)logits[label] - logits[predicted]);
        _count[label]++;
        // Taken for nothing, and so for no class.
        if (float.IsNaN(logits[predicted])) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_confusion, (label, predicted), out _)++;
        _predicted[predicted]++;
        if (above < TopClasses) _top5++;
        if (predicted == label)
        {
            _top1++;
            _correct[label]++;
            return;
        }

        var mistake = new Mistake(index, label, predicted, 1 / sum);
        int at = _mistakes.FindIndex(other => other.Probability < mistake.Probability);
        _mistakes.Insert(at < 0 ? _mistakes.Count : at, mistake);
        if (_mistakes.Count > KeptMistakes) _mistakes.RemoveAt(KeptMistakes);
    }

    private void AddMany(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
    {
        bool all = true;
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            bool expected = labels.Contains(i), predicted = logits[i] > 0;
            loss += Math.Max((double)logits[i], 0) - (expected ? logits[i] : 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)logits[i])));
            all &= expected == predicted;
            if (expected) _count[i]++;
            if (predicted) _predicted[i]++;
            if (expected && predicted) _correct[i]++;
            _ranked[i].Add((logits[i], expected));
        }

        _loss += loss / logits.Length;
        if (all) _top1++;
    }

    private static double AveragePrecision(List<(float Logit, bool Is)> ranked)
    {
        double sum = 0;
        int found = 0, seen = 0;
        // Equal logits are one threshold, as scikit-learn has it: otherwise the order of the images would count.
        foreach (IGrouping<float, (float Logit, bool Is)> equal in ranked.GroupBy(image => image.Logit).OrderByDescending(group => group.Key))
        {
            int before = found;
            seen += equal.Count();
            found += equal.Count(image => image.Is);
            sum += (double)(found - before) * found / seen;
        }

        return found == 0 ? 0 : sum / found;
    }
}
