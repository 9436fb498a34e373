using EfficientNet.Cli.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Commands;

public class ConvertTests
{
    private static readonly string Weights = Path.Combine(Repository.Photos, "..", "weights", "tf_efficientnet_lite0.fp16.safetensors");

    [Fact]
    public async Task Converted_weights_have_the_names_asked_for_and_everything_inside_and_classify_the_same()
    {
        using var folder = new TemporaryFolder();
        string output = folder["lite0.safetensors"];
        ProgramRun run = await ProgramRun.Of("convert", Weights, "--output", output, "--names", "Lukemelas");
        run.ShouldSucceed().Output.ShouldBe("");
        using (WeightFile file = WeightFile.Open(output))
        {
            file.Tensors[0].Name.ShouldBe("_conv_stem.weight");
            file.Tensors.ShouldAllBe(tensor => tensor.DataType == "F32");
            WeightMetadata metadata = WeightMetadata.Read(file);
            (metadata.Network, metadata.Padding, metadata.Epsilon, metadata.Activation).ShouldBe(("EfficientNetLite0", "same", 1e-3, "relu6"));
            metadata.Labels!.Count.ShouldBe(1000);
            metadata.Labels[0].ShouldNotBeEmpty();
            metadata.Preprocessing!.Crop.ShouldBe(224);
        }
        (await Classified("--weights", output)).ShouldBe(await Classified());
        Directory.GetFiles(folder.Root).ShouldBe([output], "nothing temporary is left");
    }

    [Fact]
    public async Task Packed_weights_classify_the_same_and_say_what_they_are()
    {
        using var folder = new TemporaryFolder();
        string packed = folder["lite0.packed"];
        (await ProgramRun.Of("convert", Weights, "--output", packed, "--packed")).ShouldSucceed().Output.ShouldBe("");
        (await Classified("--weights", packed)).ShouldBe(await Classified());
        (await ProgramRun.Of("inspect", "EfficientNetLite0", "--weights", packed)).ShouldSucceed().Output.ShouldContain("the file's labels");
        (await ProgramRun.Of("convert", packed, "--output", packed, "--network", "EfficientNetLite0"))
            .ShouldFail(1, $"{packed}: holds weights packed for a compiled network, which can only run them");
        (await ProgramRun.Of("convert", packed, "--output", packed)).ShouldFail(1, $"{packed}: holds weights packed for a compiled network, which can only run them");
        (await ProgramRun.Of("convert", Weights, "--output", packed, "--packed", "--type", "F16"))
            .ShouldFail(2, "--packed weights have one type and no names: leave out --type and --names.");
    }

    [Fact]
    public async Task A_file_may_be_converted_onto_itself_and_keeps_its_labels()
    {
        using var folder = new TemporaryFolder();
        string file = folder["w.safetensors"], labels = folder["labels.txt"];
        File.WriteAllLines(labels, Enumerable.Range(0, 1000).Select(index => $"class {index}"));
        (await ProgramRun.Of("convert", Weights, "--output", file, "--labels", labels, "--type", "f16")).ShouldSucceed();
        long narrow = new FileInfo(file).Length;
        (await ProgramRun.Of("convert", file, "--output", file, "--names", "torchvision", "--type", "BF16")).ShouldSucceed();
        using WeightFile converted = WeightFile.Open(file);
        converted.Tensors[0].Name.ShouldBe("features.0.0.weight");
        converted.Tensors.ShouldAllBe(tensor => tensor.DataType == "BF16");
        WeightMetadata.Read(converted).Labels![999].ShouldBe("class 999");
        Math.Abs(new FileInfo(file).Length - narrow).ShouldBeLessThan(narrow / 100);
    }

    [Fact]
    public async Task A_file_that_names_a_wrong_number_of_classes_is_put_right_by_labels()
    {
        using var folder = new TemporaryFolder();
        string wrong = folder["wrong.safetensors"], righted = folder["righted.safetensors"], labels = folder["labels.txt"];
        File.WriteAllLines(labels, Enumerable.Range(0, 1000).Select(index => $"class {index}"));
        using (WeightFile source = WeightFile.Open(Weights))
        {
            SafetensorsTensor[] tensors = [.. source.Tensors.Where(tensor => tensor.DataType != "I64").Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, source.ReadFloats(tensor.Name)))];
            SafetensorsWriter.Write(wrong, tensors, new Dictionary<string, string> { ["efficientnet.labels"] = """["a", "b", "c"]""" });
        }

        (await ProgramRun.Of("convert", wrong, "--output", righted)).ShouldFail(1, $"{wrong}: ", "names 3 classes: EfficientNetLite0 has 1000");
        (await ProgramRun.Of("convert", wrong, "--output", labels, "--labels", labels)).ShouldFail(1, $"{labels}: this is read: expected another file to write");
        (await ProgramRun.Of("convert", wrong, "--output", righted, "--labels", labels)).ShouldSucceed();
        using WeightFile file = WeightFile.Open(righted);
        WeightMetadata.Read(file).Labels![999].ShouldBe("class 999");
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", wrong, "--labels", labels, "--output", folder["righted.onnx"])).ShouldSucceed();
    }

    [Fact]
    public async Task Classify_takes_labels_and_preprocessing_from_the_file_and_inspect_shows_them()
    {
        using var folder = new TemporaryFolder();
        string file = folder["w.safetensors"], labels = folder["labels.txt"];
        File.WriteAllLines(labels, Enumerable.Range(0, 1000).Select(index => $"class {index}"));
        (await ProgramRun.Of("convert", Weights, "--output", file, "--labels", labels)).ShouldSucceed();
        string standard = await Classified();
        string told = await Classified("--weights", file);
        told.ShouldContain("\"class 28");
        told.Replace("class ", "", StringComparison.Ordinal).ShouldNotBe(standard);
        (await Classified("--weights", file, "--labels", Path.Combine(Repository.Photos, "..", "labels", "imagenet1k.txt"))).ShouldBe(standard);

        // A photo that is normalised by other numbers is another input.
        string other = folder["other.safetensors"];
        using (WeightFile source = WeightFile.Open(file))
        {
            NetworkDescription network = Cli.Networks.NetworkCatalogue.Standard.Description;
            ConvertedWeights weights = WeightConverter.Convert(network, source, new WeightConversion());
            WeightMetadata metadata = weights.Metadata with { Preprocessing = network.Preprocessing with { Mean = [0, 0, 0], Std = [1, 1, 1] } };
            SafetensorsWriter.Write(other, weights.Tensors, metadata.ToDictionary());
        }
        (await Classified("--weights", other)).ShouldNotBe(told);
        string[] lines = (await ProgramRun.Of("inspect", "EfficientNetLite0", "--weights", other)).ShouldSucceed().OutputLines;
        lines.ShouldContain(line => line.Contains("the file's normalised") && line.Contains("mean 0, 0, 0, std 1, 1, 1"));
        lines.ShouldContain(line => line.Contains("the file's labels") && line.Contains("1000: class 0; class 1; class 2; …"));
        lines.ShouldContain(line => line.Contains(" normalised ") && line.Contains("mean 0.5, 0.5, 0.5"));
    }

    [Fact]
    public async Task Inspect_says_what_fits_what_is_missing_and_what_looks_like_another_convention()
    {
        using var folder = new TemporaryFolder();
        (await ProgramRun.Of("inspect", "EfficientNetLite0", "--weights", Weights)).ShouldSucceed().Output.ShouldContain("says nothing about itself");
        (await ProgramRun.Of("inspect", "EfficientNetB0", "--weights", Weights)).ShouldFail(1, "does not fit EfficientNetB0 (timm names)");
        string file = folder["torchvision.safetensors"];
        using (WeightFile source = WeightFile.Open(Weights))
        {
            ConvertedWeights renamed = WeightConverter.Convert(
                Cli.Networks.NetworkCatalogue.Standard.Description, source, new WeightConversion { Names = NamingScheme.TorchVision });
            SafetensorsWriter.Write(file, renamed.Tensors, null);
        }
        ProgramRun run = await ProgramRun.Of("inspect", "EfficientNetLite0", "--weights", file);
        run.ExitCode.ShouldBe(0);
        run.ErrorLines.ShouldHaveSingleItem().ShouldContain("these look like weights trained with symmetric padding (torchvision names)");
    }

    [Fact]
    public async Task Weights_of_another_convention_are_converted_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        string lukemelas = folder["lukemelas.safetensors"], output = folder["out.safetensors"];
        using (WeightFile source = WeightFile.Open(Weights))
        {
            // Under other names and without a word about where they come from, only the names tell.
            NetworkDescription network = Cli.Networks.NetworkCatalogue.Standard.Description;
            ConvertedWeights renamed = WeightConverter.Convert(network, source, new WeightConversion { Names = NamingScheme.TorchVision });
            SafetensorsWriter.Write(lukemelas, renamed.Tensors, null);
        }
        ProgramRun run = await ProgramRun.Of("convert", lukemelas, "--output", output);
        run.ExitCode.ShouldBe(0);
        run.ErrorLines.ShouldHaveSingleItem().ShouldContain("warning: " + lukemelas + ": these look like weights trained with symmetric padding (torchvision names)");
        File.Exists(output).ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_converted_is_one_line_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        string output = folder["out.safetensors"];
        string torch = Path.Combine(Repository.Photos, "..", "..", "tests", "Runtime.Tests", "Weights", "PyTorch", "Fixtures");
        (await Convert(Path.Combine(torch, "hostile_zip.pth"), output)).ShouldFail(1, "hostile_zip.pth: the pickle calls 'posix.system'", "no code is ever run");
        (await Convert(Path.Combine(torch, "whole_module.pth"), output)).ShouldFail(1, "save the module's state_dict() instead");
        (await Convert(Path.Combine(torch, "wrapped.pth"), output)).ShouldFail(1, "wrapped.pth: has the tensors of none of the program's networks");
        (await Convert(Path.Combine(torch, "wrapped.pth"), output, "--network", "EfficientNetB0")).ShouldFail(1, "does not fit EfficientNetB0: no tensor has a name");
        (await Convert(Weights, output, "--network", "EfficientNetB0")).ShouldFail(1, "does not fit EfficientNetB0 (timm names)");
        (await Convert(folder["absent.pth"], output)).ShouldFail(1, "there is no such file");
        (await Convert(Weights, folder["no", "out.safetensors"])).ShouldFail(1, "the folder does not exist");
        Directory.GetFileSystemEntries(folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mistyped_type_or_naming_is_wrong_usage()
    {
        (await Convert(Weights, "x", "--type", "F33")).ShouldFail(2, "--type does not take 'F33': did you mean 'F32'?");
        (await Convert(Weights, "x", "--names", "keras")).ShouldFail(2, "--names does not take 'keras': expected one of torchvision, timm, lukemelas");
        (await ProgramRun.Of("convert", Weights)).ShouldFail(2, "--output");
    }

    private static Task<ProgramRun> Convert(string input, string output, params string[] more) =>
        ProgramRun.Of(["convert", input, "--output", output, .. more]);

    // Labels and probabilities of one photo, without the time it took.
    private static async Task<string> Classified(params string[] more)
    {
        ProgramRun run = await ProgramRun.Of(["classify", Repository.Photo("chelsea.png"), "--network", "EfficientNetLite0", "--json", .. more]);
        string line = run.ShouldSucceed().OutputLines.ShouldHaveSingleItem();
        return line[..line.IndexOf("milliseconds", StringComparison.Ordinal)];
    }
}
