using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// Every buffer of a forward pass between pages that may not be touched: generated code that reads or writes past an end, or
/// before a start, ends the process here and not at a user's.
/// </summary>
public unsafe class GuardPageTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_buffer_is_overstepped(int seed) => Check(RandomSpecs.Of(seed), images: 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_buffer_of_a_published_network_is_overstepped(bool lite) => Check(lite ? Specs.Lite0 : Specs.B0, images: 1);

    private static void Check(ArchitectureSpec spec, int images)
    {
        NetworkWeights weights = NetworkWeights.ByRule(spec.TrainingGraph());
        float[] input = WeightRule.Input(images, spec.Scaling.Resolution).ToFloats();
        foreach (InstructionSet set in InstructionSets.Available)
        {
            GeneratedAssembly assembly = GeneratedAssembly.Of(spec);
            using CompiledNetwork network = assembly.Load(weights.File, set);
            (float[] logits, float[] features) = network.Forward(input, threads: 1);
            using var stream = new MemoryStream(weights.File);
            using PackedWeights packed = WeightLoader.Load(assembly.Description, stream, "weights.safetensors", NetworkOptions.Default);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                foreach (int workers in new[] { 1, 2 })
                {
                    using var pass = new GuardedPass(network, packed, input, workers, guard);
                    pass.Run();
                    string where = $"{spec.Name}, {set}, guard {guard}, {workers} workers";
                    pass.Logits.ShouldBeBitwise(logits, $"{where}: logits");
                    pass.Features.ShouldBeBitwise(features, $"{where}: features");
                    pass.RunTraced();
                }
            }
        }
    }
}
