using System.Globalization;
using EfficientNet.Benchmarks.Data;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Imaging;
using EfficientNet.Training;

bool quick = args.Contains("--quick");
double seconds = quick ? 0.1 : 1;
string temporary = Directory.CreateTempSubdirectory("efficientnet-data-").FullName;
try
{
    string[] files = [TypicalJpeg.Write(temporary), .. ((string[])["rocket.jpg", "astronaut.png", "chelsea.png", "coffee.png"]).Select(name => Folders.InShared("photos", name))];
    if (args.Contains("--jpeg"))
    {
        // For the scorecard: the two JPEGs' rates, a line each.
        foreach (string file in files.Take(2))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)} {CropRate.Of(new Photos(file), Augmentation.Standard, cacheBytes: 0, seconds)}"));
        return;
    }

    var table = new MarkdownTable("photo", "pixels", "kB", "decoding alone", "decoding, crop, flip, normalisation", "crop, flip, normalisation", "with `strong`");
    foreach (string file in files)
    {
        var photo = new Photos(file);
        Image image = photo.Read(0);
        table.Add(
            Path.GetFileName(file),
            $"{image.Width}×{image.Height}",
            Number(new FileInfo(file).Length / 1000.0),
            Number(Rate.Of(seconds, 1, () => photo.Read(0))),
            Number(CropRate.Of(photo, Augmentation.Standard, cacheBytes: 0, seconds)),
            Number(CropRate.Of(photo, Augmentation.Standard, cacheBytes: long.MaxValue, seconds)),
            Number(CropRate.Of(photo, Augmentation.Strong, cacheBytes: 0, seconds)));
    }

    // A space and another at a line's end keep the lines apart.
    string about = string.Create(CultureInfo.InvariantCulture, $"{Processor.Current}  \n.NET {Environment.Version}, commit {SourceVersion.Commit}, rounds of {seconds} s of processor time  ");
    string report = $"""
        # Training images a second of one core

        {about}

        Crops of 224×224 by the batch loader, batches of {CropRate.Batch}, `standard` augmentation unless said. Processor time of the whole process, the best of five rounds. Without decoding
        is what an epoch costs whose images are in the loader's cache. `{TypicalJpeg.Name}` is made of `coffee.png` in the size and with the chroma that ImageNet's photos have.

        {table}
        """;
    Console.Write(report);
    string path = ResultFile.Write(quick ? ResultFile.Quick : null, "data.md", report);
    if (args.Contains("--quote") && !quick) DocumentationPage.Quote(path, about, table.ToString());
    Console.Error.WriteLine($"written to {path}");
}
finally
{
    Directory.Delete(temporary, recursive: true);
}

static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
