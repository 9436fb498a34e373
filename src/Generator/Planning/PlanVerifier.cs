namespace EfficientNet.Compiler.Planning;

/// <summary>Proves of a finished plan that no two live slots overlap, and that every step uses slots within their lives.</summary>
internal static class PlanVerifier
{
    /// <exception cref="InvalidOperationException">The plan is broken; the message names both slots.</exception>
    public static ExecutionPlan Verify(this ExecutionPlan plan)
    {
        for (int i = 0; i < plan.Slots.Count; i++)
        {
            Slot slot = plan.Slots[i];
            if (slot.At < 0 || slot.At % MapLayout.Lanes != 0 || slot.At + slot.Floats > plan.ArenaFloats) throw Broken($"slot '{slot.Name}' leaves the arena");
            for (int j = 0; j < i; j++)
            {
                if (slot.Overlaps(plan.Slots[j])) throw Broken($"slots '{slot.Name}' and '{plan.Slots[j].Name}' overlap while both live");
            }
        }

        foreach (Step step in plan.Steps) CheckSlots(plan, step);
        return plan;
    }

    /// <summary>Every slot a step names is alive at that step.</summary>
    private static void CheckSlots(ExecutionPlan plan, Step step)
    {
        int at = plan.Steps.ToList().IndexOf(step);
        foreach (int index in SlotsOf(step).Where(index => index >= 0).SelectMany(index => new[] { index, plan.Slots[index].Copy }).Where(index => index >= 0))
        {
            Slot slot = plan.Slots[index];
            if (at < slot.FirstStep || at > slot.LastStep) throw Broken($"step '{step.Name}' uses '{slot.Name}' outside its life");
        }
    }

    private static int[] SlotsOf(Step step) => step switch
    {
        StemStep s => [s.Output],
        DepthwiseStep s => [s.Input, s.Pooled, s.Partial, .. s.Output.All],
        GateStep s => [s.Pooled, s.Partial, s.Gates, .. s.Map.All],
        ProjectionStep s => [s.Residual, .. s.Parts.SelectMany(part => new[] { part.Input, part.Gates, part.Output })],
        FusedMBConvStep s => [s.Input, s.Residual, s.Output],
        AddHalvesStep s => [s.Residual, s.Output, .. s.Parts.All],
        HeadStep s => [s.Input, s.Output],
        ClassifierStep => [],
        _ => throw Broken($"step '{step.Name}' is of an unknown kind"),
    };

    private static InvalidOperationException Broken(string what) => new("the plan is broken: " + what);
}
