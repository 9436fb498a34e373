using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Makes inputs of one format: valid ones from nothing, and others from valid ones, with lengths and checksums put right more often than not.</summary>
internal abstract class Format
{
    /// <summary>Its folder in <c>Corpus</c> and <c>Regressions</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Files that are made and not kept, because they are the product's own output.</summary>
    public virtual IEnumerable<byte[]> Seeds => [];

    /// <summary>Inputs that ask for the most that a parser could spend on them, and are too long to keep as files.</summary>
    public virtual IEnumerable<byte[]> Hostile => [];

    /// <summary>Whether an input begins as the format does, so that what lies behind is tried; judged without the parser.</summary>
    public abstract bool PassesHeader(ReadOnlySpan<byte> input);

    /// <summary>An input from nothing, valid or nearly so.</summary>
    public abstract byte[] Make(FuzzRandom random);

    /// <summary>An input from another one.</summary>
    public abstract byte[] Mutate(byte[] parent, FuzzRandom random);
}
