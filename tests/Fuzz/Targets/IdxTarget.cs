using System.Buffers.Binary;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Imaging;
using EfficientNet.Training;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>MNIST's files: an input of one dimension is taken for labels, any other for images; the file beside it is a good one of as many.</summary>
internal sealed class IdxTarget : Target
{
    private const int MostBeside = 4096;

    private string _folder = "";

    public override string Name => "IDX";

    public override Format Format { get; } = new IdxFormat();

    public override long FixedExecutions => 20_000;

    // A byte of gzip is 1032 values at most; the first image becomes three bytes a value. A label is a number and perhaps the name of a class.
    public override AllocationBound Bound => new(1 << 19, 1032 * 8);

    public override void Prepare(FuzzInput input)
    {
        _folder = Directory.CreateDirectory(Path.Combine(input.Folder, "mnist")).FullName;
        File.WriteAllBytes(Path.Combine(_folder, "t10k-images-idx3-ubyte"), [.. Header(3, 1), .. Header(0, 1), 9]);
        File.WriteAllBytes(Path.Combine(_folder, "test-labels-idx1-ubyte"), [.. Header(1, 1), 3]);
    }

    public override void Read(FuzzInput input)
    {
        byte[] start = IdxFormat.Plain(input.Bytes) is { Length: >= 8 } plain ? plain : new byte[8];
        int count = (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(start.AsSpan(4)), 1u, MostBeside);
        bool isLabels = start[3] == 1;
        string file = input.WriteFile("input");
        string beside = Path.Combine(input.Folder, "beside");
        File.WriteAllBytes(beside, [.. Header(isLabels ? 3 : 1, count), .. isLabels ? Header(0, 1) : [], .. new byte[count]]);
        IdxImages images = isLabels ? IdxImages.Open(beside, file) : IdxImages.Open(file, beside);
        Image first = images.Read(0);
        Look(images);
        if (images.Count != count || images.LabelsOf(count - 1).Length != 1 || first.Pixels.Length != first.Width * first.Height * 3) throw new InvalidPropertyException($"{images.Count} images were made of {count}");
    }

    protected override string? FileOf(Exception exception) => (exception as DatasetException)?.File;

    // By the names that a folder of MNIST's has, too.
    private void Look(IdxImages images)
    {
        if (images.NameOf(0).Length == 0 || images.Name.Length == 0 || images.Classes.Count == 0) throw new InvalidPropertyException("an image or a class has no name");
        if (IdxImages.Has(_folder, IdxPart.Test)) IdxImages.OpenFolder(_folder, IdxPart.Test);
        // It has no images to train with, which is said.
        if (images.Count == 1) IdxImages.OpenFolder(_folder, IdxPart.Train);
    }

    private static byte[] Header(int dimensions, int count)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, count);
        return dimensions == 0 ? [.. size, .. size] : [0, 0, 8, (byte)dimensions, .. size];
    }
}
