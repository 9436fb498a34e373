using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>A training step as calls of kernels, and where every number lies.</summary>
/// <param name="Sections">The calls, by part of the network: forward in the network's order, then backward in reverse.</param>
/// <param name="Maps">What is kept of every image, image after image; places are floats behind the first of an image.</param>
/// <param name="Vectors">Vectors of every image, which kernels take of all images; places are those of a single image.</param>
/// <param name="Records">What is kept once.</param>
/// <param name="PartsAt">The first parameter of every part of the network.</param>
/// <param name="Convolutions">Places of weights among the parameters.</param>
/// <param name="Norms">Places of BatchNorm's numbers.</param>
/// <param name="Masks">Masks of dropout and stochastic depth.</param>
/// <param name="Sizes">Lengths of the buffers.</param>
internal sealed record TrainingPlan(
    EquatableArray<TrainingSection> Sections,
    EquatableArray<Slot> Maps,
    EquatableArray<Slot> Vectors,
    EquatableArray<Slot> Records,
    EquatableArray<long> PartsAt,
    EquatableArray<ConvolutionPlace> Convolutions,
    EquatableArray<NormPlace> Norms,
    EquatableArray<MaskPlace> Masks,
    TrainingSizes Sizes)
{
    public IEnumerable<KernelCall> Calls => Sections.SelectMany(section => section.Calls);
}

/// <summary>The calls of one part in one direction; each is a method of the generated code.</summary>
/// <param name="Name">Name of the part: stem, stage.block, head.</param>
/// <param name="Part">The part's number in the network's order.</param>
/// <param name="Backward">Whether gradients are made.</param>
/// <param name="Calls">The calls, in order.</param>
internal sealed record TrainingSection(string Name, int Part, bool Backward, EquatableArray<KernelCall> Calls)
{
    /// <summary>The calls between two barriers: one, or several that are joined.</summary>
    public IEnumerable<IReadOnlyList<KernelCall>> Steps
    {
        get
        {
            var step = new List<KernelCall>();
            foreach (KernelCall call in Calls)
            {
                step.Add(call);
                if (call.Joined) continue;
                yield return step;
                step = [];
            }
        }
    }

    /// <summary>The method's name.</summary>
    public string Method => $"{(Backward ? "Backward" : "Forward")}_{Name.Replace('.', '_')}";
}

/// <summary>A mask: 0 or 1 / keep for each element that is dropped together.</summary>
/// <param name="Name">Stage and block, or dropout.</param>
/// <param name="Rate">Probability of being dropped.</param>
/// <param name="Elements">Elements of an image: 1 for stochastic depth.</param>
/// <param name="At">Place in a single image's share of the masks.</param>
/// <param name="Floats">Floats of an image's share.</param>
internal sealed record MaskPlace(string Name, double Rate, int Elements, long At, long Floats);

/// <summary>Lengths in floats.</summary>
/// <param name="Parameters">Parameters, and as many gradients.</param>
/// <param name="Statistics">Running statistics.</param>
/// <param name="MapsOfImage">Maps of every image.</param>
/// <param name="VectorsOfImage">Vectors of every image.</param>
/// <param name="Records">Kept once.</param>
/// <param name="Scratch">Of every worker.</param>
/// <param name="MasksOfImage">Masks of every image.</param>
internal sealed record TrainingSizes(long Parameters, long Statistics, long MapsOfImage, long VectorsOfImage, long Records, long Scratch, long MasksOfImage);
