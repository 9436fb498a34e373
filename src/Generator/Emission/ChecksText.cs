using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes what a network that checks its use of memory has beside the others: its slots as data, and a call between steps.</summary>
internal static class ChecksText
{
    /// <summary>The checks of a forward pass and of a training step, as the class calls them.</summary>
    public const string Forward = "ForwardCheck", Training = "TrainingCheck";

    /// <summary>What stands before the first step.</summary>
    public static string Begin(string check) => $"{check}.Begin(in frame);";

    /// <summary>What stands behind a step, once all workers have met.</summary>
    public static string Check(string check, int step) => $"{check}.Check(in frame, {step});";

    public static void Write(SourceWriter writer, CompiledPlan plan)
    {
        using (writer.Block(Header.Class(plan.Spec)))
        {
            ExecutionPlan forward = plan.Execution;
            WriteCheck(writer, plan, Forward, forward.Steps.Select(Title), forward.ScratchFloats, ("arena", forward.ArenaFloats, forward.Slots));
            if (plan.Step is not { } step) return;
            writer.Line();
            WriteCheck(writer, plan, Training, step.Sections.SelectMany(section => section.Steps.Select(calls => Title(section, calls))), step.Sizes.Scratch,
                ("maps", step.Sizes.MapsOfImage, step.Maps), ("vectors", step.Sizes.VectorsOfImage, step.Vectors), ("records", step.Sizes.Records, step.Records));
        }
    }

    private static string Title(Step step) =>
        $"{(step.Name == ForwardSchedule.Role(step) ? "" : step.Name + " ")}{ForwardSchedule.Role(step)}, {step.Kernel.Name}";

    private static string Title(TrainingSection section, IEnumerable<KernelCall> calls) =>
        $"{(section.Backward ? "backward" : "forward")}, {string.Join(" and ", calls.Select(call => $"{call.Name}, {call.Kernel.Name}"))}";

    private static void WriteCheck(SourceWriter writer, CompiledPlan plan, string name, IEnumerable<string> steps, long scratchFloats,
        params (string Name, long Floats, EquatableArray<Slot> Slots)[] buffers)
    {
        writer.Line($"private static readonly MemoryCheck {name} = Create{name}();");
        writer.Line();
        using (writer.Block($"private static MemoryCheck Create{name}()"))
        {
            using (writer.Block("var steps = new string[]", "};"))
            {
                foreach (string step in steps) writer.Line($"{Header.Text(step)},");
            }

            foreach ((string buffer, _, EquatableArray<Slot> slots) in buffers)
            {
                using (writer.Block($"var {buffer} = new SlotDescription[]", "};"))
                {
                    foreach (Slot slot in slots) writer.Line($"new({Header.Text(slot.Name)}, {slot.At}, {slot.Floats}, {slot.FirstStep}, {slot.LastStep}),");
                }
            }

            string described = string.Concat(buffers.Select(buffer => $", new CheckedBuffer({Header.Text(buffer.Name)}, {buffer.Floats}, {buffer.Name})"));
            writer.Line($"return new MemoryCheck({Header.Text(plan.Spec.Name)}, steps, {scratchFloats}{described});");
        }
    }
}
