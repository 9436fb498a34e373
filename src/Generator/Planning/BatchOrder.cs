namespace EfficientNet.Compiler.Planning;

/// <summary>In which order a batch goes through the steps of a pass: image by image first, whose large maps stay in the caches, then step by step, whose weights do.</summary>
/// <remarks>
/// The last blocks of a network have maps of a few positions and most of its weights. A step that is made for several images has its weights from memory once; but
/// the maps of all these images then go through the caches between two steps, out and in again. docs/decisions/0038-batches-step-by-step.md has what was measured.
/// </remarks>
internal static class BatchOrder
{
    /// <summary>Images that go through steps together, each in an arena of its own: three of four fetches are spared.</summary>
    public const int ImagesAtOnce = 4;

    /// <summary>A block has to have as many times the floats in its weights as are alive in maps: what is spared of weights is then above what maps of all images cost.</summary>
    private const int LeastWeightsToMaps = 3;

    /// <summary>The further arenas of one worker's images are at most this share of the weights.</summary>
    private const double MostArenasToWeights = 0.5;

    /// <summary>The first step from which on a batch goes step by step; the classifier's, which takes all images at once anyway, where that would not pay.</summary>
    /// <param name="steps">All steps.</param>
    /// <param name="packedUpTo">For each, the floats of weights that it and all before it have.</param>
    /// <param name="slots">What is alive when.</param>
    /// <param name="arenaFloats">Length of an arena.</param>
    public static int StepwiseFrom(IReadOnlyList<Step> steps, IReadOnlyList<long> packedUpTo, IReadOnlyList<Slot> slots, long arenaFloats)
    {
        int classifier = steps.Count - 1;
        int from = classifier;
        while (FirstOfBlock(steps, from - 1) is var first and > 0 && Pays(first, from)) from = first;

        // Arenas for more than one image are worth it where most weights are shared, and where they are few beside the weights.
        bool sharesMost = 2 * WeightsOf(from, classifier) >= WeightsOf(0, classifier);
        bool takesLittle = (ImagesAtOnce - 1) * arenaFloats <= MostArenasToWeights * Behind(steps.Count);
        return sharesMost && takesLittle ? from : classifier;

        bool Pays(int first, int end) => WeightsOf(first, end) >= LeastWeightsToMaps * Enumerable.Range(first, end - first).Max(Alive);

        long WeightsOf(int first, int end) => Behind(end) - Behind(first);

        long Behind(int end) => end == 0 ? 0 : packedUpTo[end - 1];

        long Alive(int step) => slots.Where(slot => slot.FirstStep <= step && step <= slot.LastStep).Sum(slot => slot.Floats);
    }

    private static int FirstOfBlock(IReadOnlyList<Step> steps, int last)
    {
        int first = last;
        while (first > 0 && steps[first - 1].Name == steps[last].Name) first--;
        return first;
    }
}
