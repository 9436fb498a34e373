using EfficientNet.Cli.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>What the command makes of its options; what is in the model is tests/Onnx.Tests' business.</summary>
public class ExportTests
{
    private static readonly string Weights = Path.Combine(Repository.Photos, "..", "weights", "tf_efficientnet_lite0.fp16.safetensors");

    [Fact]
    public async Task The_weights_inside_the_program_are_exported_like_the_file_they_are()
    {
        using var folder = new TemporaryFolder();
        (await ProgramRun.Of("export", "efficientnetlite0", "--output", folder["inside.onnx"])).ShouldSucceed().Output.ShouldBe("");
        (await Export("EfficientNetLite0", folder["file.onnx"])).ShouldSucceed();
        byte[] inside = File.ReadAllBytes(folder["inside.onnx"]);
        inside.AsSpan().SequenceEqual(File.ReadAllBytes(folder["file.onnx"])).ShouldBeTrue();
        foreach (string text in (string[])["EfficientNet.Compiler", "conv_stem.weight", "running_var", "efficientnet.labels", "espresso"]) Holds(inside, text).ShouldBeTrue(text);
        Directory.GetFiles(folder.Root).Length.ShouldBe(2, "nothing temporary is left");
    }

    [Fact]
    public async Task BatchNorm_is_folded_and_labels_are_replaced_on_demand()
    {
        using var folder = new TemporaryFolder();
        string output = folder["folded.onnx"], labels = folder["labels.txt"];
        File.WriteAllLines(labels, Enumerable.Range(0, 1000).Select(index => $"class {index}"));
        (await Export("EfficientNetLite0", output, "--batch-norm", "Folded", "--labels", labels)).ShouldSucceed();
        byte[] model = File.ReadAllBytes(output);
        Holds(model, "running_var").ShouldBeFalse();
        Holds(model, "BatchNormalization").ShouldBeFalse();
        Holds(model, "class 999").ShouldBeTrue();
        Holds(model, "espresso").ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_exported_is_one_line_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        string output = folder["out.onnx"];
        (await Export("EfficientNetB0", output)).ShouldFail(1, "fp16.safetensors: does not fit EfficientNetB0 (timm names)");
        (await Export("EfficientNetLite0", folder["no", "out.onnx"])).ShouldFail(1, "out.onnx: the folder does not exist");
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", folder["absent.pth"], "--output", output)).ShouldFail(1, "absent.pth: there is no such file");
        Directory.GetFileSystemEntries(folder.Root).ShouldBeEmpty();
        string own = folder.Write("own.safetensors", "weights"u8.ToArray());
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", own, "--output", own)).ShouldFail(1, $"{own}: this is read: expected another file to write");
        (await ProgramRun.Of("run", "--network", "EfficientNetLite0", "--input", own, "--output", own)).ShouldFail(1, $"{own}: this is read: expected another file to write");
        File.ReadAllText(own).ShouldBe("weights");
    }

    /// <summary>Weights are read while the model is written: what is wrong with them is not the output's fault.</summary>
    [Fact]
    public async Task Weights_that_are_not_finite_are_named_and_the_old_model_stays()
    {
        using var folder = new TemporaryFolder();
        string broken = folder["broken.safetensors"], output = folder.Write("out.onnx", [1, 2, 3]);
        byte[] bytes = File.ReadAllBytes(Weights);
        bytes.AsSpan(^2..).Fill(0xFF);
        File.WriteAllBytes(broken, bytes);
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", broken, "--output", output)).ShouldFail(1, "broken.safetensors: tensor ", "holds NaN");
        File.ReadAllBytes(output).ShouldBe([1, 2, 3]);
        Directory.GetFiles(folder.Root).Length.ShouldBe(2, "nothing temporary is left");
    }

    [Fact]
    public async Task Wrong_words_are_wrong_usage()
    {
        (await Export("EfficientNetLite0", "x", "--batch-norm", "fold")).ShouldFail(2, "--batch-norm does not take 'fold': did you mean 'folded'?");
        (await ProgramRun.Of("export", "EfficientNetB0", "--output", "x")).ShouldFail(2, "EfficientNetB0 has no weights inside the program: name a file with --weights.");
        (await ProgramRun.Of("export", "EfficientNetB10", "--output", "x")).ShouldFail(2, "There is no network 'EfficientNetB10'");
        (await ProgramRun.Of("export", "EfficientNetLite0")).ShouldFail(2, "--output");
    }

    private static Task<ProgramRun> Export(string network, string output, params string[] more) =>
        ProgramRun.Of(["export", network, "--weights", Weights, "--output", output, .. more]);

    private static bool Holds(byte[] model, string text) => model.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
}
