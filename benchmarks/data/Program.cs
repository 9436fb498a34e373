using System.Globalization;
using EfficientNet.Benchmarks.Data;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training;

const int batch = 8;
double seconds = args is ["--quick"] ? 0.1 : 1;
var imageNet = new Preprocessing(256, 224, Interpolation.Bilinear, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
string[] files = ["rocket.jpg", "astronaut.png", "chelsea.png", "coffee.png"];
var table = new MarkdownTable("photo", "pixels", "decoding alone", "decoding, crop, flip, normalisation", "crop, flip, normalisation", "with `strong`");
foreach (string file in files)
{
    string path = Folders.InShared("photos", file);
    var photo = new Photos(path);
    Image image = photo.Read(0);
    table.Add(
        file,
        $"{image.Width}×{image.Height}",
        Number(Rate.Of(seconds, 1, () => photo.Read(0))),
        Number(Loading(photo, Augmentation.Standard, cacheBytes: 0)),
        Number(Loading(photo, Augmentation.Standard, cacheBytes: long.MaxValue)),
        Number(Loading(photo, Augmentation.Strong, cacheBytes: 0)));
}

string report = $"""
    # Training pictures a second of one core

    {Processor.Current}
    Commit {SourceVersion.Commit}
    .NET {Environment.Version}

    Crops of 224×224 by the batch loader, batches of {batch}, `standard` augmentation unless said. Processor time of the whole process, the best of five rounds. Without decoding
    is what an epoch costs whose pictures are in the loader's cache.

    {table}
    """;
Console.Write(report);
Console.Error.WriteLine($"written to {ResultFile.Write(null, "data.md", report)}");

double Loading(Photos photo, Augmentation augmentation, long cacheBytes)
{
    int[] repeated = new int[batch];
    using var loader = new BatchLoader(
        new DatasetSubset(photo, repeated), imageNet, new BatchLoaderOptions { BatchSize = batch, Augmentation = augmentation, CacheBytes = cacheBytes });
    return Rate.Of(seconds, batch, () => loader.Take());
}

static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
