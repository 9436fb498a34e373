using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>The command line's label files, for three classes.</summary>
internal sealed class LabelsTarget : Target
{
    private const int Classes = 3;

    private static readonly string[] Own = ["cat", "dog", "owl"];

    // A network whose weights bring labels along, and those weights.
    private readonly byte[] _weights = WithLabels(new SafetensorsFormat().Seeds.First());
    private readonly Tiny _network;

    private string? _path;

    public LabelsTarget() => _network = Tiny.Load(new MemoryStream(_weights), "weights");

    public override string Name => "labels";

    public override Format Format { get; } = new LabelsFormat();

    public override long FixedExecutions => 15_000;

    // A reader's buffers; a line is a text of at least one byte, and a list of them grows by doubling.
    public override AllocationBound Bound => new(1 << 16, 128);

    /// <summary>Where no file is named, the weights' own labels hold: seen once, because no input has a part in it.</summary>
    public override void Prepare(FuzzInput input)
    {
        using WeightFile weights = WeightFile.Open(new MemoryStream(_weights), "weights");
        if (ClassLabels.Of(null, _network)[1] != Own[1] || ClassLabels.NamesOf(_network)?[2] != Own[2] || ClassLabels.For(Tiny.Description, weights, null) is not null)
            throw new InvalidPropertyException("other labels than the weights'");
        string missing = Path.Combine(input.Folder, "missing.txt");
        try
        {
            ClassLabels.For(Tiny.Description, weights, missing);
            throw new InvalidPropertyException($"{missing} was read");
        }
        catch (CommandFailureException exception) when (exception.Message == $"{missing}: there is no such file")
        {
            // As it should be.
        }
    }

    public override void Read(FuzzInput input)
    {
        _path = input.WriteFile("labels.txt");
        ClassLabels labels = ClassLabels.Load(_path, Classes);
        for (int i = 0; i < Classes; i++)
        {
            if (labels[i].AsSpan().IndexOfAny('\r', '\n') >= 0) throw new InvalidPropertyException($"label {i} is more than a line");
            if (ClassLabels.Of(_path, _network)[i] != labels[i]) throw new InvalidPropertyException($"label {i} is another for a network");
        }
    }

    private static byte[] WithLabels(byte[] weights)
    {
        using WeightFile file = WeightFile.Open(new MemoryStream(weights), "weights");
        using var labelled = new MemoryStream();
        SafetensorsWriter.Write(labelled, file.Tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, file.ReadFloats(tensor.Name))), new WeightMetadata { Labels = Own }.ToDictionary());
        return labelled.ToArray();
    }

    protected override string? FileOf(Exception exception) => exception is CommandFailureException ? _path : null;
}
