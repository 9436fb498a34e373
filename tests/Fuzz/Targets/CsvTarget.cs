using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Imaging.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Tables of images, beside two images; with the classes that occur, and with given ones.</summary>
internal sealed class CsvTarget : Target
{
    public override string Name => "CSV";

    public override Format Format { get; } = new CsvFormat();

    public override long FixedExecutions => 15_000;

    // The reader's buffers, rented by its library; each line with its path, label and place.
    public override AllocationBound Bound => new(1 << 18, 512);

    public override void Prepare(FuzzInput input)
    {
        byte[] image = new PngEncoder(1, 1, 0, 8, interlaced: false).Encode([7]);
        foreach (string name in (string[])["a.png", "b.png"]) File.WriteAllBytes(Path.Combine(input.Folder, name), image);
        File.WriteAllText(Path.Combine(input.Folder, "broken.png"), "no image");
    }

    public override void Read(FuzzInput input)
    {
        string table = input.WriteFile("table.csv");
        CsvImages images = CsvImages.Open(table);
        for (int i = 0; i < images.Count; i++)
        {
            if (images.NameOf(i).Length == 0 || (!images.IsMultiLabel && images.LabelsOf(i).Length != 1)) throw new InvalidPropertyException($"row {i} has no image or no label");
            foreach (int label in images.LabelsOf(i))
            {
                if ((uint)label >= (uint)images.Classes.Count) throw new InvalidPropertyException($"label {label} of {images.Classes.Count} classes");
            }
        }

        images.Read(images.Count - 1);
        if (images.OpenJpeg(images.Count - 1) is not null) throw new InvalidPropertyException("a PNG was opened as JPEG");
        CsvImages.Open(table, ["cat", "dog", "owl"]);
    }

    protected override string? FileOf(Exception exception) => (exception as DatasetException)?.File;
}
