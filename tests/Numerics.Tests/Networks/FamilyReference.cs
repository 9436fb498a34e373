using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>A library's result, and the spec that has to give it.</summary>
/// <param name="Name">The reference.</param>
/// <param name="Spec">A shipped spec's name, or a spec's text.</param>
/// <param name="AllSets">Whether the network is small enough to be run on every instruction set.</param>
internal sealed record FamilyReference(string Name, string Spec, bool AllSets = false)
{
    public static readonly FamilyReference[] All =
    [
        new("torchvision/b0", "EfficientNetB0"),
        new("torchvision/b1", "EfficientNetB1", AllSets: true),
        new("torchvision/b2", "EfficientNetB2"),
        new("torchvision/b3", "EfficientNetB3"),
        new("torchvision/b4", "EfficientNetB4"),
        new("torchvision/b5", "EfficientNetB5"),
        new("torchvision/b6", "EfficientNetB6"),
        new("torchvision/b7", "EfficientNetB7"),
        new("timm/tf_b0", """{"name": "TensorFlowB0", "convention": "tensorflow", "width": 1.0, "depth": 1.0, "resolution": 224}""", AllSets: true),
        new("timm/tf_b3", """{"name": "TensorFlowB3", "convention": "tensorflow", "width": 1.2, "depth": 1.4, "resolution": 300}"""),
        new("timm/lite0", "EfficientNetLite0"),
        new("timm/lite4", "EfficientNetLite4", AllSets: true),
        new("timm/v2_b0", """{"name": "EfficientNetV2B0", "family": "v2", "width": 1.0, "depth": 1.0, "resolution": 224}""", AllSets: true),
        new("timm/v2_s", """{"name": "EfficientNetV2S", "family": "v2-s", "convention": "tensorflow", "width": 1.0, "depth": 1.0, "resolution": 384}"""),
        new("timm/tf_b8_128px", """{"name": "TensorFlowB8", "convention": "tensorflow", "width": 2.2, "depth": 3.6, "resolution": 128}"""),
        new("custom/w0.63_d0.75_97px", """{"name": "Custom", "width": 0.63, "depth": 0.75, "resolution": 97}"""),
        new("timm/tf_l2_128px", """{"name": "TensorFlowL2", "convention": "tensorflow", "width": 4.3, "depth": 5.3, "resolution": 128}"""),
    ];

    /// <summary>Its weights take 1.9 GB: a check by hand, asked for in the environment.</summary>
    public bool ByHand => Name == "timm/tf_l2_128px";

    public ArchitectureSpec Read() => Spec.StartsWith('{') ? SpecTexts.Parse(Spec) : SpecTexts.Shipped(Spec);

    /// <summary>torch's own float32 is off by so much more where statistics were taken over the 32 values of a small map (the references' README).</summary>
    private bool SmallMaps => Name.EndsWith("128px", StringComparison.Ordinal);

    public double LogitLimit => SmallMaps ? 3e-3 : 3e-4;

    public double NormLimit => SmallMaps ? 2e-3 : 2e-4;

    public double SampleLimit => SmallMaps ? 1e-2 : 1e-3;

    public Naming Naming => Name.StartsWith("timm/", StringComparison.Ordinal) ? Naming.Timm : Naming.TorchVision;
}
