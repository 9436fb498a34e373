namespace EfficientNet.Runtime;

/// <summary>A network's generated training code. Made by the generated class; driven by a trainer of EfficientNet.Training.</summary>
/// <param name="description">Places and lengths.</param>
public abstract class TrainingProgram(TrainingDescription description)
{
    /// <summary>Where the numbers lie.</summary>
    public TrainingDescription Description { get; } = description;

    /// <summary>Makes the network for inference. Generated.</summary>
    /// <param name="weights">The bytes of a safetensors file.</param>
    /// <param name="name">What to call them in messages.</param>
    /// <param name="options">Instruction set and warnings; null for the defaults.</param>
    protected internal abstract CompiledNetwork Load(Stream weights, string name, NetworkOptions? options);

    /// <summary>One worker's part of forward, loss and backward. Generated.</summary>
    /// <param name="frame">Inputs, outputs and memory.</param>
    protected internal abstract void Step(in TrainingFrame frame);

    /// <summary>One worker's part of an optimizer's step, which leaves gradients of zero behind. Generated.</summary>
    /// <param name="frame">Parameters, gradients and memories.</param>
    protected internal abstract void Update(in UpdateFrame frame);

    /// <summary>One worker's part of the norm of all gradients. Generated.</summary>
    /// <param name="frame">Gradients; the first memory has room for a double for every 256 lines, and receives the norm as its first double.</param>
    protected internal abstract void Norm(in UpdateFrame frame);

    /// <summary>One worker's part of an exponential moving average: a += options[0] · (w − a). Generated.</summary>
    /// <param name="frame">What is averaged as parameters, the average as first memory.</param>
    protected internal abstract void Average(in UpdateFrame frame);
}
