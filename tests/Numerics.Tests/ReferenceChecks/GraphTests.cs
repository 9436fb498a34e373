using EfficientNet.Compiler;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Passes;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

/// <summary>The graph's parameters, names and shapes against the published networks'.</summary>
public class GraphTests
{
    public static TheoryData<string> References => ["torchvision/b0", "timm/lite0", "custom/w0.63_d0.75_97px"];

    [Fact]
    public void B0_and_Lite0_have_the_published_number_of_parameters()
    {
        Specs.B0.TrainingGraph().Parameters.ShouldBe(5_288_548);
        Specs.Lite0.TrainingGraph().Parameters.ShouldBe(4_652_008);
    }

    [Theory]
    [InlineData(1, 1.1, 240, 7_794_184)]
    [InlineData(1.1, 1.2, 260, 9_109_994)]
    [InlineData(1.2, 1.4, 300, 12_233_232)]
    [InlineData(1.4, 1.8, 380, 19_341_616)]
    [InlineData(1.6, 2.2, 456, 30_389_784)]
    [InlineData(1.8, 2.6, 528, 43_040_704)]
    [InlineData(2.0, 3.1, 600, 66_347_960)]
    public void B1_to_B7_have_the_published_number_of_parameters(double width, double depth, int resolution, long parameters) =>
        Specs.TorchVision("Scaled", width, depth, resolution).TrainingGraph().Parameters.ShouldBe(parameters);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Folding_batch_norm_keeps_the_number_of_parameters(bool lite)
    {
        Network training = (lite ? Specs.Lite0 : Specs.B0).TrainingGraph();
        BatchNormFolding.Apply(InferenceForm.Apply(training)).Parameters.ShouldBe(training.Parameters);
    }

    [Theory]
    [InlineData("EfficientNetB0")]
    [InlineData("EfficientNetLite0")]
    public void Shipped_spec_is_the_network_that_is_tested_here(string name)
    {
        string file = name + ".efficientnet.json";
        ParseResult parsed = SpecParser.Parse(file, Repository.Read("specs", file), SpecDefaults.Standard);
        parsed.Diagnostics.ShouldBeEmpty();
        ArchitectureSpec expected = name == "EfficientNetB0" ? Specs.B0 : Specs.Lite0;
        CompoundScaling.Apply(parsed.Spec!).Blocks.ShouldBe(CompoundScaling.Apply(expected).Blocks);
        NetworkCompiler.ToInference(parsed.Spec!.TrainingGraph()).ShouldBe(NetworkCompiler.ToInference(expected.TrainingGraph()));
    }

    [SharedTheory]
    [MemberData(nameof(References))]
    public void Tensor_names_and_shapes_are_the_librarys(string name)
    {
        EvalReference reference = EvalReference.Read(name);
        (ArchitectureSpec spec, Naming naming) = SpecOf(name);
        Network network = spec.TrainingGraph();
        network.Parameters.ShouldBe(reference.Parameters);
        ParameterTable.Of(network, naming).Select(Line).ShouldBe(reference.Keys.Select(Line));
    }

    internal static (ArchitectureSpec Spec, Naming Naming) SpecOf(string reference) => reference switch
    {
        "torchvision/b0" => (Specs.B0, Naming.TorchVision),
        "timm/lite0" => (Specs.Lite0, Naming.Timm),
        "custom/w0.63_d0.75_97px" => (Specs.TorchVision("Scaled63", 0.63, 0.75, 97), Naming.TorchVision),
        _ => throw new ArgumentException(reference),
    };

    private static string Line((string Name, int[] Shape) row) => $"{row.Name} [{string.Join(", ", row.Shape)}]";
}
