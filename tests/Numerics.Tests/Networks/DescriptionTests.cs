using EfficientNet.Numerics.Tests.Support;

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

    [Fact]
    public void A_spec_without_labels_of_its_own_has_none()
    {
        const string spec = """{"name": "Unlabelled", "resolution": 8, "classes": 1000, "stages": [{ "kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 1 }]}""";
        GeneratedAssembly.Of(SpecTexts.Parse(spec)).Description.Labels.ShouldBeNull();
    }
}
