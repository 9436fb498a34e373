namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>The passes in which a panel is made, where registers are too few to take it at once, and where a pass's vectors lie in a map: known places where every pass begins with a block, otherwise offsets that the pass works out.</summary>
/// <param name="context">Text and instruction set.</param>
/// <param name="panelVectors">Vectors of the panel, made in one pass or several.</param>
/// <param name="vectors">Vectors of a pass.</param>
/// <param name="plane">Floats between blocks of the map.</param>
internal sealed class PanelPass(KernelContext context, int panelVectors, int vectors, int plane)
{
    /// <summary>Whether one pass makes the panel.</summary>
    public bool IsOnly => panelVectors == vectors;

    private bool BeginsWithBlock => IsOnly || vectors % context.Isa.VectorsPerBlock == 0;

    /// <summary>Whether a pass has pointers of its own, to its first block.</summary>
    public bool Moves => BeginsWithBlock && !IsOnly;

    /// <summary>Over the passes, as <c>channel</c>, the first output channel of a pass; nothing where there is one.</summary>
    public IDisposable Loop() => IsOnly
        ? Loops.Nothing.Instance
        : context.Writer.Block($"for (nint channel = 0; channel < {panelVectors * context.Isa.Floats}; channel += {vectors * context.Isa.Floats})");

    /// <summary>A pointer to the panel, as pass <c>channel</c> has it.</summary>
    public string Moved(string pointer) => Moves ? $"{pointer} + channel * {plane / context.Lanes}" : pointer;

    /// <summary>Writes the offsets of the vectors of pass <c>channel</c>, where they are no constants.</summary>
    public void WriteOffsets()
    {
        if (BeginsWithBlock) return;
        for (int v = 0; v < vectors; v++)
        {
            string channel = v == 0 ? "channel" : $"(channel + {v * context.Isa.Floats})";
            context.Writer.Line($"nint to{KernelContext.Letter(v)} = {channel} / {context.Lanes} * {plane} + {channel} % {context.Lanes};");
        }
    }

    /// <summary>The place of a vector, some floats behind a pointer that is <see cref="Moved"/>.</summary>
    public string Place(string pointer, int vector, int floats = 0) => BeginsWithBlock
        ? KernelContext.At(pointer, vector / context.Isa.VectorsPerBlock * plane + floats + vector % context.Isa.VectorsPerBlock * context.Isa.Floats)
        : KernelContext.At($"{pointer} + to{KernelContext.Letter(vector)}", floats);
}
