using System.Reflection;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Packed weights inside an assembly, which are used where they lie: in memory that ends with them.</summary>
internal sealed unsafe class PackedTarget : Target
{
    private const string Resource = "tiny.packed";

    private readonly NetworkDescription _network = Tiny.CreateTraining().Description.Network;

    public override string Name => "packed weights";

    public override Format Format { get; } = new PackedFormat();

    public override long FixedExecutions => 15_000;

    public override AllocationBound Bound => new(1 << 18, 64);

    public override void Read(FuzzInput input)
    {
        using PackedWeights weights = PackedWeightsFile.LoadEmbedded(_network, new MemoryAssembly(input.OpenStream), Resource, null);
        if (weights.Length != _network.PackedFloats) throw new InvalidPropertyException($"{weights.Length} floats were taken for {_network.PackedFloats}");
        // A stream that is no memory is copied, to the same bits.
        using PackedWeights copied = PackedWeightsFile.LoadEmbedded(_network, new MemoryAssembly(() => new MemoryStream(input.Bytes)), Resource, null);
        if (!Bits(copied).SequenceEqual(Bits(weights))) throw new InvalidPropertyException("a copy has other bits");
        // A file is told from weights that have to be packed, and loaded to the same bits.
        using PackedWeights loaded = WeightLoader.Load(_network, input.OpenStream(), "tiny.packed", null);
        if (!Bits(loaded).SequenceEqual(Bits(weights))) throw new InvalidPropertyException("a file has other bits");
    }

    protected override string? FileOf(Exception exception) => (exception as WeightFileException)?.FileName;

    private static ReadOnlySpan<byte> Bits(PackedWeights weights) => new(weights.Pointer, (int)weights.Length * sizeof(float));

    /// <summary>An assembly of one resource; in memory, as a loaded assembly's are, where its stream is.</summary>
    private sealed class MemoryAssembly(Func<Stream> open) : Assembly
    {
        public override Stream GetManifestResourceStream(string name) => open();
    }
}
