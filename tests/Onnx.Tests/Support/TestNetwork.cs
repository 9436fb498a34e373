using EfficientNet.Runtime;

namespace EfficientNet.Onnx.Tests.Support;

/// <summary>A network that is exported, and the weights it is exported with.</summary>
/// <param name="Description">The network.</param>
/// <param name="Load">Loads weights.</param>
/// <param name="Reference">The reference whose weights it gets; null for weights by the references' rule alone.</param>
internal sealed record TestNetwork(NetworkDescription Description, Func<string, NetworkOptions, CompiledNetwork> Load, string? Reference)
{
    /// <summary>The published ones, and three that have what those lack: odd sides, 7×7, hardswish, biases; ReLU, no BatchNorm, no head; fused blocks.</summary>
    private static readonly TestNetwork[] All =
    [
        new(EfficientNetB0.Description, EfficientNetB0.Load, "torchvision/b0"),
        new(EfficientNetLite0.Description, EfficientNetLite0.Load, "timm/lite0"),
        new(Odd.Description, Odd.Load, null),
        new(Plain.Description, Plain.Load, null),
        new(Fused.Description, Fused.Load, null),
    ];

    /// <summary>Finds one.</summary>
    public static TestNetwork Named(string name) => All.Single(network => network.Description.Name == name);

    /// <summary>Writes weights into a folder: the rule's, under torchvision's names.</summary>
    public string WriteRuleWeights(TemporaryFolder folder)
    {
        string path = folder["rule.safetensors"];
        SafetensorsWriter.Write(path, RuleTensors.Of(Description), null);
        return path;
    }

    /// <summary>Writes weights into a folder: the reference's, with the running statistics that keep deep networks in range.</summary>
    public string WriteReferenceWeights(TemporaryFolder folder)
    {
        if (Reference is null) return WriteRuleWeights(folder);
        string path = folder["reference.safetensors"];
        ReferenceModel.Read(Reference).WriteWeights(path);
        return path;
    }
}
