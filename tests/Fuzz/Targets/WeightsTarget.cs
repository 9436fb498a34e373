using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Weight files, from a stream whose end is the end of memory: headers, metadata, the first tensors, and the whole as weights of a network.</summary>
internal abstract class WeightsTarget(string file) : Target
{
    // As many as the largest network has would be read in turn; their sizes together are not bounded, because they may share bytes.
    private const int MostTensors = 16;

    private readonly NetworkDescription _network = Tiny.CreateTraining().Description.Network;

    public override void Read(FuzzInput input)
    {
        // A header that is good is an input that was taken, whatever becomes of single tensors.
        using (Stream stream = input.OpenStream())
        using (WeightFile weights = Open(input, stream))
        {
            foreach (TensorEntry tensor in weights.Tensors.Take(MostTensors))
            {
                if (!weights.TryGetTensor(tensor.Name, out TensorEntry? found) || !ReferenceEquals(found, tensor)) throw new InvalidPropertyException($"tensor {tensor.Name} is not found by its name");
                Allow(() => weights.ReadBytes(tensor.Name));
                Allow(() => CheckCount(tensor, weights.ReadFloats(tensor.Name)));
            }

            Allow(() => weights.ReadFloats("none"));
            Allow(() => WeightMetadata.Read(weights));
        }

        if (input.Bytes.Length % 16 == 0)
        {
            string path = Path.Combine(input.Folder, file);
            Allow(() => WeightLoader.Inspect(_network, path, null));
            Allow(() => WeightLoader.Load(_network, path).Dispose());
        }

        using Stream again = input.OpenStream();
        Allow(() => WeightLoader.Load(_network, again, file, new NetworkOptions { Warning = _ => { } }).Dispose());
    }

    protected override string? FileOf(Exception exception)
    {
        if (exception is not WeightFileException refusal) return null;
        bool saysWhere = refusal.Offset is not { } offset || offset == 0 || refusal.Reason.Contains($"{offset}", StringComparison.Ordinal);
        return saysWhere && Path.GetFileName(refusal.FileName) == file ? refusal.FileName : null;
    }

    // From memory, or now and then as a file, or as a stream that cannot seek.
    private WeightFile Open(FuzzInput input, Stream stream) => (input.Bytes.Length % 16) switch
    {
        0 => WeightFile.Open(input.WriteFile(file)),
        1 => WeightFile.Open(new OneWayStream(stream), file),
        _ => WeightFile.Open(stream, file),
    };

    private void Allow(Action read)
    {
        try
        {
            read();
        }
        catch (WeightFileException refusal) when (Complaint(refusal) is null)
        {
            // As documented.
        }
    }

    private static void CheckCount(TensorEntry tensor, float[] values)
    {
        if (values.Length != tensor.Count) throw new InvalidPropertyException($"tensor {tensor.Name} has {tensor.Count} values, and {values.Length} were read");
    }
}

/// <summary>Safetensors.</summary>
internal sealed class SafetensorsTarget() : WeightsTarget("weights.safetensors")
{
    public override string Name => "safetensors";

    public override Format Format { get; } = new SafetensorsFormat();

    public override long FixedExecutions => 40_000;

    // A tensor of a short name takes 50 bytes of header, and some ten objects; refusals name what is missing.
    // A stream that cannot seek is copied in pieces of 1 MiB.
    public override AllocationBound Bound => new((1 << 18) + (2 << 20), 64);
}

/// <summary>PyTorch's files.</summary>
internal sealed class TorchTarget() : WeightsTarget("weights.pth")
{
    public override string Name => "pth";

    public override Format Format { get; } = new TorchFormat();

    public override long FixedExecutions => 40_000;

    // The end of an archive is looked for in 64 KiB, and looked for twice; views of up to 1 MiB are gathered in a rented array, for bytes and for floats. An
    // instruction of two bytes names a tensor's shape of up to 32 sides again.
    public override AllocationBound Bound => new(5 << 20, 1024);
}
