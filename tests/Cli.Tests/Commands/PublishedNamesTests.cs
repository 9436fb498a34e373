using System.Diagnostics;
using System.Text.Json;
using EfficientNet.Cli.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>What training writes is loaded elsewhere by the tensors' names: by torchvision itself where it is installed, else by the names that the libraries' own networks have.</summary>
public class PublishedNamesTests
{
    private static readonly string[] Labels = ["bars", "rings", "stripes"];

    [PyTorchFact]
    public async Task Torchvision_loads_a_trained_network_by_name_and_computes_its_logits()
    {
        using var folder = new TemporaryFolder();
        string weights = await Train(folder, "EfficientNetB0"), input = folder["input.safetensors"], logits = folder["logits.safetensors"];
        int[] shape = [2, 3, 224, 224];
        SafetensorsWriter.Write(input, [new SafetensorsTensor("input", [2, 3, 224, 224], WeightRule.Values("input", shape))], null);
        (await ProgramRun.Of("run", "--network", "EfficientNetB0", "--weights", weights, "--input", input, "--output", logits)).ShouldSucceed();

        ProgramRun python = await Python("efficientnet_b0", weights, input, logits);
        python.ExitCode.ShouldBe(0, python.Errors);
        JsonElement said = JsonDocument.Parse(python.Output).RootElement;
        said.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).ShouldBe(Labels);
        said.GetProperty("preprocessing").GetProperty("crop").GetInt32().ShouldBe(224);
        // Logits that are all alike would say little.
        said.GetProperty("spread").GetDouble().ShouldBeGreaterThan(0.01, python.Output);

        // Another library's names are not torchvision's, and the script says so.
        string renamed = folder["timm.safetensors"];
        (await ProgramRun.Of("convert", weights, "--network", "EfficientNetB0", "--names", "timm", "--output", renamed)).ShouldSucceed();
        ProgramRun refused = await Python("efficientnet_b0", renamed, input, logits);
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldContain("Missing key(s) in state_dict: \"features.0.0.weight\"");
    }

    [SharedFact]
    public async Task Tensors_have_the_names_and_shapes_of_the_library_that_has_the_network_or_of_the_one_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        string b0 = await Train(folder, "EfficientNetB0");
        ShouldBeTheTensorsOf("torchvision/b0", b0);
        string asked = await Train(folder, "EfficientNetB0", "--names", "timm");
        ShouldBeTheTensorsOf("timm/tf_b0", asked);
        string lite0 = await Train(folder, "EfficientNetLite0", "--weights", "inside", "--freeze", "body");
        ShouldBeTheTensorsOf("timm/lite0", lite0);

        // The names are all that differs.
        Values(asked).ShouldBe(Values(b0));
    }

    private static async Task<string> Train(TemporaryFolder folder, string network, params string[] more)
    {
        string output = folder[$"run of {network} {string.Join(' ', more)}"];
        if (!Directory.Exists(folder["data"]))
        {
            Pictures.Write(folder, "stripes", (x, y) => x / 16 % 2 == 0, 3);
            Pictures.Write(folder, "bars", (x, y) => y / 16 % 2 == 0, 3);
            Pictures.Write(folder, "rings", (x, y) => ((x - 112) * (x - 112) + (y - 112) * (y - 112)) / 1500 % 2 == 0, 3);
        }

        ProgramRun train = await ProgramRun.Of(["train", "--network", network, "--data", folder["data"], "--epochs", "2", "--batch", "3", "--augment", "none", "--no-check", "--output", output, .. more]);
        train.ExitCode.ShouldBe(0, train.Errors);
        return Path.Combine(output, "last.safetensors");
    }

    private static async Task<ProgramRun> Python(params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "PyTorch", "load_by_name.py");
        using Process process = Process.Start(new ProcessStartInfo(PyTorch.Python!, [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return await ProgramRun.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    private static void ShouldBeTheTensorsOf(string reference, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, long[]> expected = ReferenceModel.Read(reference).Tensors;
        file.Tensors.Select(tensor => tensor.Name).ShouldBe(expected.Keys, ignoreOrder: true, reference);
        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            bool isClassifier = tensor.Name.StartsWith("classifier", StringComparison.Ordinal);
            tensor.Shape.ShouldBe(isClassifier ? [Labels.Length, .. expected[tensor.Name].Skip(1)] : expected[tensor.Name], tensor.Name);
        }
    }

    private static float[][] Values(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return [.. file.Tensors.OrderBy(tensor => tensor.Offset).Select(tensor => file.ReadFloats(tensor.Name))];
    }
}
