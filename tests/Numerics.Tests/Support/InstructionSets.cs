using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The instruction sets that this machine can run; the environment's choice, where there is one, is the only one.</summary>
internal static class InstructionSets
{
    public static IReadOnlyList<InstructionSet> Available { get; } = Find();

    private static List<InstructionSet> Find()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable))) return [Hardware.Choose(null)];
        var available = new List<InstructionSet>();
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            try
            {
                available.Add(Hardware.Choose(set));
            }
            catch (PlatformNotSupportedException)
            {
                // This machine cannot run it: the tests of the others are all there is to do here.
            }
        }

        return available;
    }
}
