using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>The command line's label files, for three classes.</summary>
internal sealed class LabelsTarget : Target
{
    private const int Classes = 3;

    private string? _path;

    public override string Name => "labels";

    public override Format Format { get; } = new LabelsFormat();

    public override long FixedExecutions => 15_000;

    // A reader's buffers; a line is a text of at least one byte, and a list of them grows by doubling.
    public override AllocationBound Bound => new(1 << 16, 128);

    public override void Read(FuzzInput input)
    {
        _path = input.WriteFile("labels.txt");
        ClassLabels labels = ClassLabels.Load(_path, Classes);
        for (int i = 0; i < Classes; i++)
        {
            if (labels[i].AsSpan().IndexOfAny('\r', '\n') >= 0) throw new InvalidPropertyException($"label {i} is more than a line");
        }
    }

    protected override string? FileOf(Exception exception) => exception is CommandFailureException ? _path : null;
}
