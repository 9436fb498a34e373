using EfficientNet.Compiler;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A network between guard pages, on every instruction set: it is not ended by the system, and computes the bits that it computes in a session.</summary>
internal static class GuardedRun
{
    /// <summary>Runs a network whose slots are apart.</summary>
    public static void Check(CompiledPlan apart, GeneratedAssembly assembly, float[] images) => Check(NetworkWeights.ByRule(apart.Training), assembly, images, apart);

    /// <summary>Runs a network; of one that is as planned, the arena is guarded whole.</summary>
    public static void Check(NetworkWeights weights, GeneratedAssembly assembly, float[] images, CompiledPlan? apart = null)
    {
        foreach (InstructionSet set in assembly.RunningHere())
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            (float[] logits, float[] features) = network.Forward(images, threads: 1);
            using var stream = new MemoryStream(weights.File);
            using PackedWeights packed = WeightLoader.Load(assembly.Description, stream, "weights.safetensors", NetworkOptions.Default);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                foreach (int workers in new[] { 1, 2 })
                {
                    using var pass = new GuardedPass(network, packed, images, workers, guard, apart);
                    pass.Run();
                    string where = $"{assembly.Description.Name}, {set}, guard {guard}, {workers} workers";
                    pass.Logits.ShouldBeBitwise(logits, $"{where}: logits");
                    pass.Features.ShouldBeBitwise(features, $"{where}: features");
                    pass.RunTraced();
                }
            }
        }
    }
}
