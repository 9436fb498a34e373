using System.IO.Compression;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Imaging;
using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>One kind of file that the product reads.</summary>
/// <param name="Kind">What is read.</param>
/// <param name="Good">A good file.</param>
/// <param name="Read">Reads it with everything that follows from it.</param>
/// <param name="IsDocumented">Whether its documentation has an exception.</param>
internal sealed record Reader(string Kind, Func<byte[]> Good, Action<string> Read, Func<Exception, bool> IsDocumented)
{
    private const int Digits = 5000, Side = 2, Classes = 1000;

    public static IReadOnlyList<Reader> All { get; } =
    [
        new("safetensors", Weights, path => Tiny.Load(path).Dispose(), exception => exception is WeightFileException),
        new("packed weights", PackedForTiny, path => Tiny.Load(path).Dispose(), exception => exception is WeightFileException),
        new("pth", () => Fixture("zip.pth"), ReadTensors, exception => exception is WeightFileException),
        new("PNG", () => new PngEncoder(40, 30, 2, 8, interlaced: false).Encode([.. Enumerable.Range(0, 3600).Select(i => i * 7 % 256)]), path => Image.Load(path), IsOfImages),
        new("JPEG", () => Fixture("baseline-2x2.jpg"), path => Image.Load(path), IsOfImages),
        new("CSV", Table, path => CsvImages.Open(path), IsOfData),
        new("IDX, images", Images, path => Beside(Labels(), labels => IdxImages.Open(path, labels)), IsOfData),
        new("IDX, gzipped images", () => Zipped(Images()), path => Beside(Labels(), labels => IdxImages.Open(path, labels)), IsOfData),
        new("IDX, labels", Labels, path => Beside(Images(), images => IdxImages.Open(images, path)), IsOfData),
        new("names of classes", Names, path => ClassLabels.Load(path, Classes), exception => exception is CommandFailureException),
        new("checkpoint", WholeCheckpoint, Checkpoint.Verify, exception => exception is CheckpointException),
    ];

    /// <summary>Reads a path.</summary>
    /// <returns>Null where that went well, else the one line that the exception says.</returns>
    /// <exception cref="InvalidOperationException">The exception is not documented, or does not say the file and a reason on one line.</exception>
    public string? Try(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception exception)
        {
            if (!IsDocumented(exception)) throw new InvalidOperationException($"{Kind}: {exception.GetType().Name} is not documented", exception);
            if (!exception.Message.Contains(path, StringComparison.Ordinal) || exception.Message.ReplaceLineEndings("").Length != exception.Message.Length)
                throw new InvalidOperationException($"{Kind}: the message does not name {path} on one line: {exception.Message}", exception);
            return exception.Message;
        }
    }

    private static bool IsOfImages(Exception exception) => exception is ImageFormatException or IOException or UnauthorizedAccessException;

    private static bool IsOfData(Exception exception) => exception is DatasetException;

    private static byte[] Weights()
    {
        using var model = new TinyModel(1);
        return model.Weights;
    }

    private static byte[] PackedForTiny()
    {
        using var folder = new TemporaryFolder();
        using var model = new TinyModel(1);
        Writer.All.Single(writer => writer.Kind == "packed weights").Write(model, folder["packed"]);
        return File.ReadAllBytes(folder["packed"]);
    }

    private static byte[] WholeCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var model = new TinyModel(1);
        Checkpoint.Save(folder["checkpoint"], model.Trainer, null, new RunState { Step = 1 });
        return File.ReadAllBytes(folder["checkpoint"]);
    }

    private static byte[] Table()
    {
        string image = FixturePath("baseline-2x2.jpg");
        return System.Text.Encoding.UTF8.GetBytes("file,label\n" + string.Concat(Enumerable.Range(0, 200).Select(row => $"{image},class {row % 7}\n")));
    }

    // Noise: nothing that gzip could shorten, so that all of the file matters.
    private static byte[] Images()
    {
        var random = new CounterRandom(5, 0);
        return [0, 0, 8, 3, .. Size(Digits), .. Size(Side), .. Size(Side), .. Enumerable.Range(0, Digits * Side * Side).Select(i => (byte)(random.Uniform((ulong)i) * 256))];
    }

    private static byte[] Labels() => [0, 0, 8, 1, .. Size(Digits), .. Enumerable.Range(0, Digits).Select(i => (byte)(i % 10))];

    private static byte[] Size(int size) => [(byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size];

    private static byte[] Zipped(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Optimal)) zip.Write(bytes);
        return zipped.ToArray();
    }

    private static byte[] Names() => System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Classes).Select(i => $"class {i} ö\n")));

    // A format of two files, of which the other one is good.
    private static void Beside(byte[] good, Action<string> read)
    {
        using var folder = new TemporaryFolder();
        read(folder.Write("beside", good));
    }

    private static void ReadTensors(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        foreach (TensorEntry tensor in file.Tensors)
        {
            if (tensor.DataType == "F32") file.ReadFloats(tensor.Name);
        }
    }

    private static byte[] Fixture(string name) => File.ReadAllBytes(FixturePath(name));

    private static string FixturePath(string name) => Path.Combine(AppContext.BaseDirectory, "Files", name);
}
