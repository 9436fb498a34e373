using System.CommandLine;
using System.CommandLine.Parsing;
using EfficientNet.Cli.Invocation;
using EfficientNet.Training;

namespace EfficientNet.Cli.Training;

/// <summary>Where images with known classes come from: <c>--data</c>, <c>--csv</c> or <c>--idx</c>, of which a command takes exactly one.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> _folder = new("--data")
    {
        HelpName = "DIR",
        Description = "A folder with one folder of PNG and JPEG files for each class; or with such folders train and val (or validation, test).",
    };

    private readonly Option<string?> _csv = new("--csv")
    {
        HelpName = "FILE.csv",
        Description = "A table with the columns file and label, or file and labels: then an image has any number of them, separated by |.",
    };

    private readonly Option<string?> _idx = new("--idx")
    {
        HelpName = "DIR",
        Description = "A folder with MNIST's files: train-images-idx3-ubyte and so on, gzipped or not.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_folder);
        command.Options.Add(_csv);
        command.Options.Add(_idx);
        command.Validators.Add(result =>
        {
            Option[] given = new Option[] { _folder, _csv, _idx }.Where(option => result.GetResult(option) is not null).ToArray();
            if (given.Length != 1) result.AddError($"{command.Name} takes one of --data, --csv and --idx, {(given.Length == 0 ? "and none is given" : $"not {string.Join(" and ", given.Select(option => option.Name))}")}.");
        });
    }

    /// <summary>How images of this source come to a network's side: digits that are smaller are put into its middle, photos are resized and cut.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The images, which are of one size where they are digits.</param>
    /// <param name="side">The network's side.</param>
    public ImageFit FitOf(ParseResult parsed, ImageDataset data, int side) =>
        parsed.GetValue(_idx) is not null && data.Read(0) is { } first && first.Width <= side && first.Height <= side ? ImageFit.Pad : ImageFit.Resize;

    /// <summary>Refuses a folder for results that would be one of a class, or hold one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="validation">The folder of other images to judge by, where one is given.</param>
    /// <param name="output">The folder for results.</param>
    /// <exception cref="CommandFailureException">It lies among the classes, or is where they lie.</exception>
    public void CheckOutput(ParseResult parsed, string? validation, string output)
    {
        if (parsed.GetValue(_folder) is not { } folder) return;
        foreach (string classes in new[] { TrainingPart(folder) ?? folder, validation ?? ValidationPart(folder) }.OfType<string>())
        {
            if (Whole(output).StartsWith(Whole(classes), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
                throw new CommandFailureException($"{output}: lies in {classes}, where every folder is a class: expected a folder outside of it");
        }

        static string Whole(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
    }

    /// <summary>Opens images to learn from and images to judge by.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="validation">Other images to judge by, of the same kind; null to take those that come with the first, else a part of them.</param>
    /// <param name="share">That part, where it was asked for; null for a fifth.</param>
    /// <param name="seed">What the choice of the part follows from.</param>
    /// <param name="check">Looks at every set that was opened, before a part is taken of it, and is told whether it is to learn from; null for no one.</param>
    /// <exception cref="DatasetException">Something is wrong with them.</exception>
    /// <exception cref="CommandFailureException">A part was asked for, and there are other images to judge by.</exception>
    public (ImageDataset Training, ImageDataset Validation) OpenBoth(ParseResult parsed, string? validation, double? share, ulong seed, Action<ImageDataset, bool>? check)
    {
        ImageDataset training;
        ImageDataset? other = null;
        if (parsed.GetValue(_folder) is { } folder)
        {
            training = ImageFolder.Open(TrainingPart(folder) ?? folder);
            if ((validation ?? ValidationPart(folder)) is { } part) other = ImageFolder.Open(part, training.Classes);
        }
        else if (parsed.GetValue(_csv) is { } csv)
        {
            training = CsvImages.Open(csv);
            if (validation is not null) other = CsvImages.Open(validation, training.Classes);
        }
        else
        {
            string idx = parsed.GetRequiredValue(_idx)!;
            training = IdxImages.OpenFolder(idx, IdxPart.Train);
            if (validation is not null || IdxImages.Has(idx, IdxPart.Test)) other = IdxImages.OpenFolder(validation ?? idx, IdxPart.Test, training.Classes);
        }

        if (other is not null && share is not null)
            throw new CommandFailureException($"--validation-share is a part of the images to learn from: leave it out where there are others to judge by ({other.Name})");
        check?.Invoke(training, true);
        if (other is not null) check?.Invoke(other, false);
        return other is null ? DatasetSplit.Split(training, share ?? 0.2, seed) : (training, other);
    }

    /// <summary>Opens images to judge by.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="classes">The names of the network's classes; null where it has none.</param>
    /// <exception cref="DatasetException">Something is wrong with them.</exception>
    public ImageDataset Open(ParseResult parsed, IReadOnlyList<string>? classes)
    {
        if (parsed.GetValue(_folder) is { } folder) return ImageFolder.Open(ValidationPart(folder) ?? folder, classes);
        if (parsed.GetValue(_csv) is { } csv) return CsvImages.Open(csv, classes);
        string idx = parsed.GetRequiredValue(_idx)!;
        return IdxImages.OpenFolder(idx, IdxImages.Has(idx, IdxPart.Test) ? IdxPart.Test : IdxPart.Train, classes);
    }

    // Folders called so are parts and not classes only where both are there.
    private static string? TrainingPart(string folder) => ValidationPart(folder) is null ? null : Path.Combine(folder, "train");

    private static string? ValidationPart(string folder) => Directory.Exists(Path.Combine(folder, "train"))
        ? new[] { "val", "validation", "test" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists)
        : null;
}
