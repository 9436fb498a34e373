using System.Text.Json;
using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>
/// The second of the two commands from photos to a program. What the first one writes is stood in for by Lite0's own weights with two rows of its classifier, named as a run names its classes;
/// that a run writes such a file is a test of the command line.
/// </summary>
[Collection(nameof(Workshop))]
public class PhotosToClassifierTests(Workshop workshop)
{
    // ImageNet's numbers: an Egyptian cat and an espresso.
    private static readonly (string Label, int Row)[] Classes = [("cat", 285), ("coffee", 967)];

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
        foreach (string gone in (string[])["run", "obj", "bin"]) Directory.Delete(Path.Combine(folder, gone), recursive: true);
        Run(Path.Combine(folder, "out", "PhotosToClassifier"), folder);
    }

    private static void Run(string program, string folder, params string[] before)
    {
        string[] photos = [Photo("chelsea.png"), Photo("coffee.png")];
        string[] lines = DotnetRun.Of(program, folder, [.. before, .. photos]).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith($"{photos[0]}: cat, ");
        lines[1].ShouldStartWith($"{photos[1]}: coffee, ");
    }

    private static string Photo(string name) => Path.Combine(Product.Repository, "assets", "photos", name);

    private string Project(string name)
    {
        string folder = workshop.Copy("PhotosToClassifier", name);
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        using WeightFile whole = WeightFile.Open(Path.Combine(Product.Repository, "assets", "weights", "tf_efficientnet_lite0.fp16.safetensors"));
        // Counters of batches are whole numbers, which no network needs and no run writes.
        var tensors = whole.Tensors.Where(tensor => !tensor.Name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)).Select(tensor => tensor.Name.StartsWith("classifier.", StringComparison.Ordinal)
            ? Rows(tensor.Name, tensor.Shape, whole.ReadFloats(tensor.Name))
            : new SafetensorsTensor(tensor.Name, tensor.Shape, whole.ReadFloats(tensor.Name)));
        var metadata = whole.Metadata.ToDictionary();
        metadata["efficientnet.labels"] = JsonSerializer.Serialize(Classes.Select(entry => entry.Label));
        SafetensorsWriter.Write(Path.Combine(folder, "run", "best.safetensors"), [.. tensors], metadata);
        return folder;
    }

    private static SafetensorsTensor Rows(string name, IReadOnlyList<long> shape, float[] values)
    {
        int length = values.Length / (int)shape[0];
        return new SafetensorsTensor(name, [Classes.Length, .. shape.Skip(1)], Classes.SelectMany(entry => values.Skip(entry.Row * length).Take(length)).ToArray());
    }
}
