using EfficientNet.Compiler;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Packing;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>What a spec says beside the arithmetic reaches the compiled class.</summary>
public class DescriptionTests
{
    [Fact]
    public void Labels_of_the_spec_are_the_classs()
    {
        const string spec = """
            {"name": "Labelled", "resolution": 8, "classes": 3, "labels": ["käse \"gouda\"", "a\\n\u2028b\u0085\r\n\u0000", "😀 {0}"],
             "stages": [{ "kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 1 }]}
            """;
        GeneratedAssembly.Of(SpecTexts.Parse(spec)).Description.Labels.ShouldBe(["käse \"gouda\"", "a\\n\u2028b\u0085\r\n\0", "😀 {0}"]);
    }

    /// <summary>A build packs weights before there is a generated class: it must put them where that class will look for them.</summary>
    [Fact]
    public void Weights_are_packed_by_the_plan_where_the_class_looks_for_them()
    {
        ArchitectureSpec[] specs = [Specs.B0, Specs.Lite0, Specs.B0 with { Name = "Plain", BatchNorm = null, Biases = new BiasSpec(true, true, true, true) }, .. Enumerable.Range(0, 12).Select(RandomSpecs.Of)];
        foreach ((ArchitectureSpec spec, GeneratedAssembly assembly) in specs.Zip(GeneratedAssembly.OfAll([.. specs])))
        {
            NetworkDescription planned = PlannedDescription.Of(NetworkCompiler.Plan(spec, CancellationToken.None)), generated = assembly.Description;
            planned.Weights.ShouldBe(generated.Weights, spec.Name);
            Facts(planned).ShouldBe(Facts(generated), spec.Name);
            planned.Preprocessing.Mean.ShouldBe(generated.Preprocessing.Mean);
            planned.Preprocessing.Std.ShouldBe(generated.Preprocessing.Std);
        }

        static object Facts(NetworkDescription n) => (
            (n.Name, n.Family, n.Convention, n.Padding, n.Epsilon, n.Momentum, n.Activation),
            (n.InputChannels, n.Resolution, n.Classes, n.Parameters, n.MultiplyAdds, n.PackedFloats, n.CompilerVersion),
            (n.Preprocessing.Resize, n.Preprocessing.Crop, n.Preprocessing.Interpolation));
    }

    [Fact]
    public void A_spec_without_labels_of_its_own_has_none()
    {
        const string spec = """{"name": "Unlabelled", "resolution": 8, "classes": 1000, "stages": [{ "kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 1 }]}""";
        GeneratedAssembly.Of(SpecTexts.Parse(spec)).Description.Labels.ShouldBeNull();
    }
}
