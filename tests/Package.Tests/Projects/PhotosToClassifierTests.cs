using System.Globalization;
using System.Text.Json;
using EfficientNet.Imaging;
using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>Both commands that the sample names: a folder of photos is trained on, and becomes a program that has weights, labels and preprocessing inside.</summary>
public class PhotosToClassifierTests(Workshop workshop) : IClassFixture<Workshop>
{
    // A class for each of two photos; its images are crops around the middle, so that a few steps tell them apart.
    private static readonly (string Label, string Photo)[] Classes = [("cat", "chelsea.png"), ("coffee", "coffee.png")];

    [Fact]
    public void The_program_has_weights_labels_and_preprocessing_of_the_run()
    {
        string folder = Project("photos");
        // Without the native compiler, whose package not every machine has.
        DotnetRun.Dotnet(folder, "build", "-c", "Release", "-p:PublishAot=false").ShouldSucceed();
        Run("dotnet", folder, Path.Combine("bin", "Release", "net10.0", "PhotosToClassifier.dll"));
    }

    [NativeFact]
    public void The_program_is_native_and_needs_no_file_beside_it()
    {
        string folder = Project("photos-native");
        // The newest version whose native compiler is published everywhere we check.
        Workshop.Edit(folder, "PhotosToClassifier.csproj", "net10.0", "net9.0");
        DotnetRun publish = DotnetRun.Dotnet(folder, "publish", "-c", "Release", "-o", "out", NativeFactAttribute.Linker).ShouldSucceed();
        publish.Codes.ShouldBeEmpty(publish.Output);
        foreach (string gone in (string[])["obj", "bin"]) Directory.Delete(Path.Combine(folder, gone), recursive: true);
        Directory.Move(Path.Combine(folder, "run"), Path.Combine(folder, "elsewhere"));
        Run(Path.Combine(folder, "out", "PhotosToClassifier"), folder);
    }

    // The program names the photos, and is as sure of them as the command line is with the run's own file: a crop, a filter or a mean that got lost on the way would show.
    private static void Run(string program, string folder, params string[] before)
    {
        string weights = Path.Combine(folder, Directory.Exists(Path.Combine(folder, "run")) ? "run" : "elsewhere", "best.safetensors");
        using (WeightFile file = WeightFile.Open(weights))
        {
            WeightMetadata said = WeightMetadata.Read(file);
            said.Labels.ShouldBe(Classes.Select(entry => entry.Label));
            said.Preprocessing!.Mean.ShouldBe([0.5f, 0.5f, 0.5f]);
        }

        string[] photos = [.. Classes.Select(entry => Photo(entry.Photo))];
        string[] lines = DotnetRun.Of(program, folder, [.. before, .. photos]).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected = CommandLine(folder, ["classify", "--network", "EfficientNetLite0", "--weights", weights, "--json", .. photos]).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(photos.Length);
        for (int i = 0; i < photos.Length; i++)
        {
            JsonElement best = JsonDocument.Parse(expected[i]).RootElement.GetProperty("top")[0];
            best.GetProperty("label").GetString().ShouldBe(Classes[i].Label);
            double probability = best.GetProperty("probability").GetDouble();
            lines[i].ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{photos[i]}: {Classes[i].Label}, {probability:P1}"));
        }
    }

    private static string Photo(string name) => Path.Combine(Product.Repository, "assets", "photos", name);

    private string Project(string name)
    {
        string folder = workshop.Copy("PhotosToClassifier", name);
        foreach ((string label, string photo) in Classes) WriteCrops(Path.Combine(folder, "PHOTOS", label), Image.Load(Photo(photo)));
        string[] command = [.. TrainCommand(folder).Split(' ').Skip(1)];
        CommandLine(folder, [.. command, "--epochs", "4", "--batch", "4"]).Output.ShouldContain("done: ");
        return folder;
    }

    // As the sample's first lines have it, with the folder's name that they use.
    private static string TrainCommand(string folder) =>
        File.ReadLines(Path.Combine(folder, "Program.cs")).Select(line => line.TrimStart('/', ' ')).Single(line => line.StartsWith("efficientnet train ", StringComparison.Ordinal));

    private static void WriteCrops(string folder, Image whole)
    {
        const int Side = 224, Count = 8;
        Directory.CreateDirectory(folder);
        for (int number = 0; number < Count; number++)
        {
            using FileStream png = File.Create(Path.Combine(folder, $"{number}.png"));
            whole.Crop((whole.Width - Side) / 2 + 5 * (number - Count / 2), (whole.Height - Side) / 2 + 3 * (number - Count / 2), Side, Side).WritePng(png);
        }
    }

    private static DotnetRun CommandLine(string folder, params string[] arguments) => DotnetRun.Dotnet(folder, [Product.CommandLine, .. arguments]);
}
