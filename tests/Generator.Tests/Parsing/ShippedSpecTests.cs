using System.Globalization;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

/// <summary>The twenty specs of the repository: what the published weights want, and nothing else said.</summary>
public class ShippedSpecTests
{
    /// <summary>Name; crop and resize; filter; dropout; epsilon; momentum.</summary>
    [Theory]
    [InlineData("B0", 224, 256, "Bicubic", 0.2, 1e-5, 0.1)]
    [InlineData("B1", 240, 256, "Bicubic", 0.2, 1e-5, 0.1)]
    [InlineData("B2", 260, 297, "Bicubic", 0.3, 1e-5, 0.1)]
    [InlineData("B3", 300, 320, "Bicubic", 0.3, 1e-5, 0.1)]
    [InlineData("B4", 380, 384, "Bicubic", 0.4, 1e-5, 0.1)]
    [InlineData("B5", 456, 456, "Bicubic", 0.4, 1e-3, 0.01)]
    [InlineData("B6", 528, 528, "Bicubic", 0.5, 1e-3, 0.01)]
    [InlineData("B7", 600, 600, "Bicubic", 0.5, 1e-3, 0.01)]
    [InlineData("Lite0", 224, 256, "Bicubic", 0.2, 1e-3, 0.01)]
    [InlineData("Lite1", 240, 272, "Bicubic", 0.2, 1e-3, 0.01)]
    [InlineData("Lite2", 260, 292, "Bicubic", 0.3, 1e-3, 0.01)]
    [InlineData("Lite3", 280, 312, "Bilinear", 0.3, 1e-3, 0.01)]
    [InlineData("Lite4", 300, 331, "Bilinear", 0.3, 1e-3, 0.01)]
    [InlineData("V2B0", 224, 256, "Bicubic", 0.2, 1e-3, 0.1)]
    [InlineData("V2B1", 240, 272, "Bicubic", 0.2, 1e-3, 0.1)]
    [InlineData("V2B2", 260, 292, "Bicubic", 0.3, 1e-3, 0.1)]
    [InlineData("V2B3", 300, 331, "Bicubic", 0.3, 1e-3, 0.1)]
    [InlineData("V2S", 384, 384, "Bilinear", 0.2, 1e-3, 0.1)]
    [InlineData("V2M", 480, 480, "Bilinear", 0.3, 1e-3, 0.1)]
    [InlineData("V2L", 480, 480, "Bicubic", 0.4, 1e-3, 0.1)]
    public void A_shipped_spec_is_what_its_published_weights_want(string name, int crop, int resize, string filter, double dropout, double epsilon, double momentum)
    {
        ArchitectureSpec spec = Shipped(name);
        PublishedNetwork published = PublishedNetwork.Of(name);
        bool half = published.Lite || published.Family == "v2-l";
        ArchitectureSpec expected = published.Spec() with
        {
            Dropout = dropout,
            BatchNorm = new BatchNormSpec(epsilon, momentum),
            Preprocessing = new PreprocessingSpec
            {
                Resize = resize,
                Crop = crop,
                Interpolation = Enum.Parse<InterpolationKind>(filter),
                Mean = (half ? new[] { 0.5, 0.5, 0.5 } : [0.485, 0.456, 0.406]).ToEquatableArray(),
                Std = (half ? new[] { 0.5, 0.5, 0.5 } : [0.229, 0.224, 0.225]).ToEquatableArray(),
            },
        };
        spec.ShouldBe(expected);
        spec.Padding.ShouldBe(published.Lite || published.Family == "v2" ? PaddingMode.Same : PaddingMode.Symmetric);
        NetworkCompiler.Plan(spec, CancellationToken.None).Training.Parameters.ShouldBe(published.Parameters);
    }

    [Fact]
    public void There_are_twenty_named_like_their_files()
    {
        string[] names = Repository.Files("specs", "EfficientNet*.efficientnet.json").Select(file => Path.GetFileName(file).Replace(".efficientnet.json", "")).ToArray();
        names.ShouldBe(PublishedNetwork.All.Where(network => network.Name is not ("B8" or "L2")).Select(network => "EfficientNet" + network.Name), ignoreOrder: true);
        foreach (string name in names) Specs.Valid(Repository.Read("specs", name + ".efficientnet.json")).Name.ShouldBe(name);
    }

    [Fact]
    public void Digits_is_the_small_network_that_it_is_described_as()
    {
        ArchitectureSpec spec = Specs.Valid(Specs.Trained);
        spec.Name.ShouldBe("Digits");
        spec.Training.ShouldBeTrue();
        NetworkCompiler.Plan(spec, CancellationToken.None).Training.Parameters.ShouldBe(166_326);
    }

    [Fact]
    public void The_documentation_lists_them_as_they_are()
    {
        string[][] rows = Repository.Read("docs", "spec-format.md").Split('\n')
            .Where(line => line.StartsWith("| EfficientNet", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray()).ToArray();
        rows.Length.ShouldBe(20);
        foreach (string[] row in rows)
        {
            ArchitectureSpec spec = Shipped(row[0].Replace("EfficientNet", ""));
            string[] also = row.Length > 4 ? row[4].Split(", ", StringSplitOptions.RemoveEmptyEntries) : [];
            double Number(string key, double otherwise) =>
                also.SingleOrDefault(text => text.StartsWith(key, StringComparison.Ordinal)) is { } text
                    ? double.Parse(text[key.Length..], CultureInfo.InvariantCulture)
                    : otherwise;
            string family = also.SingleOrDefault(text => text.StartsWith("family ", StringComparison.Ordinal))?["family ".Length..] ?? "v1";
            bool lite = family == "lite", v2 = family.StartsWith("v2", StringComparison.Ordinal);
            spec.Family.ShouldBe(family, row[0]);
            spec.Scaling.ShouldBe(new ScalingSpec(Parse(row[1]), Parse(row[2]), (int)Parse(row[3])), row[0]);
            spec.Dropout.ShouldBe(Number("dropout ", 0.2), row[0]);
            spec.BatchNorm.ShouldBe(new BatchNormSpec(Number("epsilon ", lite || v2 ? 1e-3 : 1e-5), Number("momentum ", lite ? 0.01 : 0.1)), row[0]);
        }
    }

    [Theory]
    [InlineData("lite", "tensorflow", 279, "Bicubic")]
    [InlineData("lite", "tensorflow", 280, "Bilinear")]
    [InlineData("lite", "tensorflow", 380, "Bilinear")]
    [InlineData("lite", "timm", 300, "Bicubic")]
    [InlineData("v1", "tensorflow", 300, "Bicubic")]
    [InlineData("v2", "tensorflow", 300, "Bicubic")]
    [InlineData("v2-s", "torchvision", 300, "Bilinear")]
    [InlineData("v2-s", "tensorflow", 384, "Bicubic")]
    [InlineData("v2-m", "torchvision", 480, "Bilinear")]
    [InlineData("v2-l", "torchvision", 480, "Bicubic")]
    public void Some_published_weights_want_bilinear_photos(string family, string convention, int resolution, string filter) =>
        Specs.Valid($$"""{"name": "N", "family": "{{family}}", "convention": "{{convention}}", "width": 1, "depth": 1, "resolution": {{resolution}}}""")
            .Preprocessing.Interpolation.ToString().ShouldBe(filter);

    [Theory]
    [InlineData("lite", "tensorflow", true)]
    [InlineData("lite", "torchvision", false)]
    [InlineData("v2", "tensorflow", false)]
    [InlineData("v2-s", "torchvision", false)]
    [InlineData("v2-s", "tensorflow", true)]
    [InlineData("v2-m", "torchvision", false)]
    [InlineData("v2-m", "tensorflow", true)]
    [InlineData("v2-l", "torchvision", true)]
    [InlineData("v2-l", "tensorflow", true)]
    [InlineData("v2-l", "timm", false)]
    public void Some_published_weights_want_pixels_around_zero(string family, string convention, bool half) =>
        Specs.Valid($$"""{"name": "N", "family": "{{family}}", "convention": "{{convention}}", "width": 1, "depth": 1, "resolution": 224}""")
            .Preprocessing.Mean[0].ShouldBe(half ? 0.5 : 0.485);

    private static ArchitectureSpec Shipped(string name) => Specs.Valid(Repository.Read("specs", $"EfficientNet{name}.efficientnet.json"));

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
