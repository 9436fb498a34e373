using EfficientNet.Compiler;
using EfficientNet.Compiler.Model;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>
/// A random network and the memory that it runs in. Of three seeds one is as the planner lays it out, one checks itself, and one has every slot between pages
/// that may not be touched.
/// </summary>
/// <param name="Plan">The plan.</param>
/// <param name="IsApart">Whether its slots are on pages of their own.</param>
internal sealed record RandomMemory(CompiledPlan Plan, bool IsApart)
{
    public static RandomMemory Of(ArchitectureSpec spec, int seed)
    {
        // The second term turns the choice against those that the seeds of random networks make by their digits.
        int choice = (seed + seed / 12) % 3;
        CompiledPlan plan = NetworkCompiler.Plan(spec with { Checked = choice == 1 }, CancellationToken.None);
        return choice == 2 ? new RandomMemory(SlotPages.Apart(plan), IsApart: true) : new RandomMemory(plan, IsApart: false);
    }

    /// <summary>Compiles several together; in their order.</summary>
    public static IReadOnlyList<GeneratedAssembly> Compile(IReadOnlyList<RandomMemory> all) => GeneratedAssembly.OfPlans([.. all.Select(one => one.Plan)]);

    public override string ToString() => IsApart ? "slots apart" : Plan.Spec.Checked ? "checked" : "as planned";
}
