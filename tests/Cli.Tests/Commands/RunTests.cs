using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Tensors;
using EfficientNet.Cli.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Commands;

public class RunTests
{
    // The references' README gives these limits.
    private const double LogitTolerance = 3e-4;
    private const double NormTolerance = 2e-4;
    private const double SampleTolerance = 1e-3;

    [SharedTheory]
    [InlineData("EfficientNetB0", "torchvision/b0")]
    [InlineData("EfficientNetLite0", "timm/lite0")]
    public async Task Logits_and_every_dumped_map_are_the_references(string network, string name)
    {
        using var folder = new TemporaryFolder();
        ReferenceModel reference = ReferenceModel.Read(name);
        reference.WriteWeights(folder["weights.safetensors"]);
        reference.WriteInput(folder["input.safetensors"]);
        ProgramRun run = await ProgramRun.Of(
            "run", "--network", network, "--weights", folder["weights.safetensors"], "--input", folder["input.safetensors"],
            "--output", folder["output.safetensors"], "--dump", folder["maps"], "--threads", "2");
        run.ShouldSucceed().Output.ShouldBe("");

        using SafetensorsFile output = SafetensorsFile.Open(folder["output.safetensors"]);
        SafetensorsEntry logits = output.Tensors.ShouldHaveSingleItem();
        (logits.Name, logits.DataType).ShouldBe(("logits", "F32"));
        logits.Shape.ShouldBe([1L, 1000L]);
        LargestDistance.Between(output.ReadFloats("logits"), reference.Logits).ShouldBeWithin(LogitTolerance);

        string[] names = MapNames();
        Directory.GetFiles(folder["maps"]).Select(Path.GetFileName).ShouldBe(names.Append("features").Select(map => $"{map}.safetensors"), ignoreOrder: true);
        for (int i = 0; i < names.Length; i++) CheckMap(folder["maps"], names[i], reference.Blocks[i]);
        CheckFeatures(folder["maps"]);
    }

    [Fact]
    public async Task Logits_do_not_go_where_a_map_is_dumped()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = await ProgramRun.Of("run", "--network", "EfficientNetLite0", "--input", folder["none.safetensors"], "--output", folder["stem.safetensors"], "--dump", Path.GetDirectoryName(folder["x"])!);
        run.ExitCode.ShouldBe(1);
        run.ErrorLines.ShouldHaveSingleItem().ShouldBe($"efficientnet: {folder["stem.safetensors"]}: --dump writes a map of the network there: expected another file for the logits");
    }

    [Fact]
    public async Task Maps_do_not_go_where_they_come_from()
    {
        using var folder = new TemporaryFolder();
        string here = Path.GetDirectoryName(folder["x"])!;
        (await ProgramRun.Of("run", "--network", "EfficientNetLite0", "--input", folder["head.safetensors"], "--output", folder["logits.safetensors"], "--dump", here))
            .ShouldFail(1, $"{folder["head.safetensors"]}: this is read: expected another file to write");
    }

    [Fact]
    public void Two_paths_to_one_file_are_told_by_where_they_lead()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write(Path.Combine("inner", "x"), "x");
        OutputFile.IsSame(file, folder["inner", "..", "inner", "x"]).ShouldBeTrue();
        OutputFile.IsSame(file, folder["inner", "y"]).ShouldBeFalse();
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(folder["link"], Path.Combine("inner", "x"));
        File.CreateSymbolicLink(folder["second"], "link");
        Directory.CreateSymbolicLink(folder["folder"], "inner");
        File.CreateSymbolicLink(folder["circle"], "circle");
        foreach (string path in new[] { folder["link"], folder["second"], folder["folder", "x"] }) OutputFile.IsSame(path, file).ShouldBeTrue(path);
        OutputFile.IsSame(folder["folder", "new"], folder["inner", "new"]).ShouldBeTrue();
        File.CreateSymbolicLink(folder["inside"], Path.Combine("inside", "x"));
        foreach (string path in new[] { folder["circle"], folder["inside"], folder["inside", "x"] }) OutputFile.IsSame(path, file).ShouldBeFalse(path);
        Should.Throw<CommandFailureException>(() => OutputFile.ThrowIfNowhere(folder["new", "x"])).Message.ShouldEndWith(": the folder does not exist");
        OutputFile.ThrowIfNowhere(folder["new", "x"], made: folder["folder", "..", "new"]);
        Should.Throw<CommandFailureException>(() => OutputFile.ThrowIfInput(folder["second"], null, file)).Message.ShouldBe($"{folder["second"]}: this is read: expected another file to write");
    }

    [Fact]
    public void More_images_than_a_map_has_room_for_are_refused_before_any_is_computed()
    {
        NetworkDescription network = Cli.Networks.NetworkCatalogue.All.Single(entry => entry.Name == "EfficientNetB7").Description;
        MapDump.ThrowIfTooLarge(network, 372);
        Should.Throw<CommandFailureException>(() => MapDump.ThrowIfTooLarge(network, 373)).Message.ShouldContain("expected at most 372 images");
    }

    [SharedFact]
    public async Task Each_image_of_many_has_the_logits_that_it_has_alone()
    {
        using var folder = new TemporaryFolder();
        ReferenceModel.Read("timm/lite0").WriteInput(folder["one.safetensors"]);
        float[] image;
        using (SafetensorsFile file = SafetensorsFile.Open(folder["one.safetensors"])) image = file.ReadFloats("input");
        float[] darker = Array.ConvertAll(image, value => value / 2);
        // More than one pass takes, so that a second pass is needed.
        float[][] images = Enumerable.Range(0, 11).Select(index => index % 3 == 1 ? darker : image).ToArray();
        SafetensorsWriter.Write(folder["many.safetensors"], [new SafetensorsTensor("input", [11, 3, 224, 224], images.SelectMany(values => values).ToArray())], null);

        float[] alone = await Logits(folder, "one.safetensors");
        float[] together = await Logits(folder, "many.safetensors");
        together.Length.ShouldBe(11_000);
        together[..1000].ShouldBe(alone);
        together[1000..2000].ShouldNotBe(alone);
        together[9000..10000].ShouldBe(alone);
        together[10_000..].ShouldBe(together[1000..2000]);
    }

    [Fact]
    public async Task An_input_of_another_shape_or_name_is_an_error_with_both_shapes()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["small.safetensors"], [new SafetensorsTensor("input", [1, 3, 2, 2], new float[12])], null);
        SafetensorsWriter.Write(folder["other.safetensors"], [new SafetensorsTensor("x", [1, 3, 2, 2], new float[12])], null);
        (await Run(folder, folder["small.safetensors"], folder["y.safetensors"]))
            .ShouldFail(1, folder["small.safetensors"], "[1, 3, 2, 2]", "[N, 3, 224, 224]");
        (await Run(folder, folder["other.safetensors"], folder["y.safetensors"])).ShouldFail(1, folder["other.safetensors"], "no tensor 'input'");
        (await Run(folder, folder["none.safetensors"], folder["y.safetensors"])).ShouldFail(1, folder["none.safetensors"], "no such file");
        File.Exists(folder["y.safetensors"]).ShouldBeFalse();
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_an_error_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["x.safetensors"], [new SafetensorsTensor("input", [1, 3, 224, 224], new float[3 * 224 * 224])], null);
        string output = folder["absent", "y.safetensors"];
        (await Run(folder, folder["x.safetensors"], output)).ShouldFail(1, $"{output}: the folder does not exist");
        // Before anything is read, let alone computed.
        (await Run(folder, folder["none.safetensors"], output)).ShouldFail(1, $"{output}: the folder does not exist");
        (await Run(folder, folder["x.safetensors"], folder.Root)).ShouldFail(1, folder.Root);
        Directory.GetFileSystemEntries(folder.Root).ShouldBe([folder["x.safetensors"]]);
    }

    private static Task<ProgramRun> Run(TemporaryFolder folder, string input, string output, params string[] more) =>
        ProgramRun.Of(["run", "--network", "EfficientNetLite0", "--input", input, "--output", output, .. more]);

    private static async Task<float[]> Logits(TemporaryFolder folder, string input)
    {
        (await Run(folder, folder[input], folder["logits.safetensors"])).ShouldSucceed();
        using SafetensorsFile output = SafetensorsFile.Open(folder["logits.safetensors"]);
        return output.ReadFloats("logits");
    }

    // Both networks have B0's stages.
    private static string[] MapNames()
    {
        int[] repeats = [1, 2, 2, 3, 3, 4, 1];
        IEnumerable<string> blocks = repeats.SelectMany((count, stage) => Enumerable.Range(0, count).Select(block => $"{stage + 1}.{block}"));
        return ["stem", .. blocks, "head"];
    }

    private static void CheckMap(string folder, string name, (int[] Shape, double Norm, double[] Samples) expected)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, $"{name}.safetensors"));
        SafetensorsEntry tensor = file.Tensors.ShouldHaveSingleItem();
        tensor.Name.ShouldBe(name);
        tensor.Shape.ShouldBe(expected.Shape.Select(side => (long)side), name);
        float[] values = file.ReadFloats(name);
        Math.Sqrt(values.Sum(value => (double)value * value)).ShouldBe(expected.Norm, NormTolerance * expected.Norm, name);
        double rms = expected.Norm / Math.Sqrt(values.Length);
        for (int k = 0; k < expected.Samples.Length; k++)
        {
            int index = (int)((long)k * values.Length / expected.Samples.Length);
            values[index].ShouldBe((float)expected.Samples[k], SampleTolerance * rms, $"{name}: value {index}");
        }
    }

    // The pooled features are the means of the head's maps.
    private static void CheckFeatures(string folder)
    {
        using SafetensorsFile head = SafetensorsFile.Open(Path.Combine(folder, "head.safetensors"));
        using SafetensorsFile pooled = SafetensorsFile.Open(Path.Combine(folder, "features.safetensors"));
        float[] maps = head.ReadFloats("head"), features = pooled.ReadFloats("features");
        pooled.Tensors.ShouldHaveSingleItem().Shape.ShouldBe([1L, 1280L, 1L, 1L]);
        int positions = maps.Length / features.Length;
        for (int channel = 0; channel < features.Length; channel++)
        {
            double mean = maps.AsSpan(channel * positions, positions).ToArray().Average(value => (double)value);
            ((double)features[channel]).ShouldBe(mean, 1e-5 * Math.Max(1, Math.Abs(mean)), $"feature {channel}");
        }
    }
}
