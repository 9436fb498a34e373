namespace EfficientNet.Compiler.Planning.Training;

/// <summary>The buffers of a training step.</summary>
internal enum Buffer
{
    /// <summary>The images, NCHW.</summary>
    Input,

    /// <summary>The gradient of the loss with respect to the images, NCHW.</summary>
    InputGradient,

    /// <summary>Labels or targets.</summary>
    Targets,

    /// <summary>The logits of every image.</summary>
    Logits,

    /// <summary>The loss of every image.</summary>
    Loss,

    /// <summary>Numbers of the loss that a caller chooses: label smoothing.</summary>
    LossOptions,

    /// <summary>Learned numbers.</summary>
    Parameters,

    /// <summary>Their gradients, laid out like them.</summary>
    Gradients,

    /// <summary>Running mean and variance of every BatchNorm.</summary>
    Statistics,

    /// <summary>Masks of dropout and stochastic depth.</summary>
    Masks,

    /// <summary>What is kept of every image, image after image, so that an image's memory stays with the worker that makes its share of the work.</summary>
    Maps,

    /// <summary>Vectors that kernels read of all images at once: of each, all images' side by side.</summary>
    Vectors,

    /// <summary>What is kept once for all images: channel records, weights transposed or made for tiles, sums of the gradients of these.</summary>
    Records,

    /// <summary>The worker's own memory.</summary>
    Scratch,

    /// <summary>Not a place: the number of images.</summary>
    Images,

    /// <summary>Not a place: floats from one image's maps to the next's.</summary>
    ImageStride,

    /// <summary>Not a place: a number of the kernel's geometry.</summary>
    Number,

    /// <summary>Not a place: null, where a kernel would copy a map that nobody asks for.</summary>
    Nowhere,
}

/// <summary>An argument of a kernel: a place in a buffer.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="At">
/// Where it begins, in floats. Among the maps, from where an image's begin; in other buffers that hold something for every image, where it would begin if there were a single image.
/// </param>
/// <param name="ImageFloats">Floats of one image's share; 0 where all images share it.</param>
/// <param name="Slot">The slot that holds it, once it has a place; −1 for buffers without slots.</param>
internal sealed record Operand(Buffer Buffer, long At, long ImageFloats, int Slot = -1)
{
    public static readonly Operand Images = new(Buffer.Images, 0, 0);

    public static readonly Operand ImageStride = new(Buffer.ImageStride, 0, 0);

    /// <summary>A number of the geometry that a kernel serves.</summary>
    public static Operand Number(long value) => new(Buffer.Number, value, 0);

    /// <summary>The numbers of the geometry that a kernel serves.</summary>
    public static IEnumerable<Operand> Numbers((string Name, int Value)[] geometry) => geometry.Select(number => Number(number.Value));

    public static readonly Operand NoTrace = new(Buffer.Nowhere, 0, 0);

    public static readonly Operand Scratch = new(Buffer.Scratch, 0, 0);

    /// <summary>A place some floats further, in every image's share.</summary>
    public Operand Behind(long floats) => this with { Offset = Offset + floats };

    /// <summary>Floats added after the image's share has been found.</summary>
    public long Offset { get; init; }
}

/// <summary>How the workers share a kernel's calls.</summary>
internal enum Sharing
{
    /// <summary>(image, piece), image by image: a worker makes a stretch of them.</summary>
    ImagesAndPieces,

    /// <summary>A worker makes a stretch of the pieces for all images, in their order: what is summed over images is summed by one.</summary>
    PiecesOfAllImages,

    /// <summary>The kernel takes all images itself and shares its pieces.</summary>
    Pieces,

    /// <summary>The kernel's pieces are the images.</summary>
    Images,
}

/// <summary>When a call runs: always, or as the caller of the step chose.</summary>
internal enum When
{
    Always,

    /// <summary>The section's part is trained.</summary>
    Trained,

    /// <summary>The section's part is frozen: its BatchNorm uses the running statistics.</summary>
    Frozen,

    /// <summary>One label an image: softmax.</summary>
    SingleLabel,

    /// <summary>Any number of labels an image: sigmoid.</summary>
    MultiLabel,

    /// <summary>The gradient of the images is wanted.</summary>
    ImageGradient,
}

/// <summary>One call of a kernel; all workers meet at a barrier after it, or after the call that it is joined with.</summary>
/// <param name="Name">Block and role, for comments.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Operands">Its arguments, without the pieces.</param>
/// <param name="Sharing">How its work is shared.</param>
/// <param name="Pieces">Pieces of one image, or of all; null where they depend on the instruction set, or are the images.</param>
/// <param name="When">When it runs.</param>
/// <param name="Joined">Whether the next call follows at once: neither reads what the other writes.</param>
internal sealed record KernelCall(
    string Name, Kernel Kernel, Infrastructure.EquatableArray<Operand> Operands, Sharing Sharing, int? Pieces, When When, bool Joined = false);
