using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using Buffer = EfficientNet.Compiler.Planning.Training.Buffer;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>Writes a training step: a method for each part of the network and direction, in it a straight list of kernel calls, a barrier after each.</summary>
internal static class TrainingSchedule
{
    public static void Write(SourceWriter writer, TrainingPlan plan, VectorIsa isa)
    {
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line("// Offsets are floats: w parameters, g their gradients, r running statistics, a what is kept of every image, c what is kept once, m masks, s scratch.");
        using (writer.Block("public static void TrainingStep(in TrainingFrame frame)"))
        {
            foreach (TrainingSection section in plan.Sections)
            {
                // What lies before the first trained part has no gradients to make.
                writer.Line($"{(section.Backward ? $"if (frame.FirstTrained <= {section.Part}) " : "")}{section.Method}(in frame);");
            }
        }

        foreach (TrainingSection section in plan.Sections)
        {
            writer.Line();
            WriteSection(writer, section, isa);
        }
    }

    private static void WriteSection(SourceWriter writer, TrainingSection section, VectorIsa isa)
    {
        HashSet<Buffer> used = new(section.Calls.SelectMany(call => call.Operands).Select(operand => operand.Buffer));
        using (writer.Block($"private static void {section.Method}(in TrainingFrame frame)"))
        {
            foreach ((Buffer buffer, string name, string field) in Names)
            {
                if (used.Contains(buffer)) writer.Line($"float* {name} = frame.{field};");
            }

            writer.Line("nint images = frame.Images;");
            writer.Line("nint me = frame.Worker;");
            writer.Line("nint all = frame.Workers;");
            if (section.Calls.Any(call => call.When is When.Frozen or When.Trained)) writer.Line($"bool frozen = frame.FirstTrained > {section.Part};");
            foreach (KernelCall call in section.Calls) WriteCall(writer, call, isa);
        }
    }

    private static void WriteCall(SourceWriter writer, KernelCall call, VectorIsa isa)
    {
        int pieces = call.Sharing == Sharing.Images ? 0 : call.Pieces ?? PointwiseMap.Tasks((PointwiseMapKernel)call.Kernel, isa);
        string Arguments(string? image) => string.Join(", ", call.Operands.Select(operand => Text(operand, image)));
        writer.Line();
        writer.Line($"// {call.Name}");
        using (Condition(call.When) is { } condition ? writer.Block($"if ({condition})") : Loops.Nothing.Instance) WriteShared(writer, call, pieces, Arguments);
    }

    private static string? Condition(When when) => when switch
    {
        When.Always => null,
        When.Trained => "!frozen",
        When.Frozen => "frozen",
        When.SingleLabel => "!frame.MultiLabel",
        When.MultiLabel => "frame.MultiLabel",
        When.ImageGradient => "dx != null",
        _ => throw new InvalidOperationException($"no condition for {when}"),
    };

    private static void WriteShared(SourceWriter writer, KernelCall call, int pieces, Func<string?, string> arguments)
    {
        switch (call.Sharing)
        {
            case Sharing.ImagesAndPieces:
                writer.Line($"for (var t = new WorkShare(images, {pieces}, me, all); t.Next(); ) {call.Kernel.Name}({arguments("t.Image")}, t.First, t.Last);");
                break;
            case Sharing.PiecesOfAllImages:
                writer.Line($"for (nint n = 0; n < images; n++) {call.Kernel.Name}({arguments("n")}, {ForwardSchedule.Share(pieces)});");
                break;
            case Sharing.Pieces:
                writer.Line($"{call.Kernel.Name}({arguments(null)}, {ForwardSchedule.Share(pieces)});");
                break;
            case Sharing.Images:
                writer.Line($"{call.Kernel.Name}({arguments(null)}, images * me / all, images * (me + 1) / all);");
                break;
            default:
                throw new InvalidOperationException($"no loop for {call.Sharing}");
        }

        writer.Line("frame.Barrier.Wait();");
    }

    /// <summary>An operand as an expression; <paramref name="image"/> is the image's number, or null where the kernel finds every image's share itself.</summary>
    private static string Text(Operand operand, string? image)
    {
        if (operand.Buffer == Buffer.Images) return "images";
        if (operand.Buffer == Buffer.Nowhere) return "null";
        string name = Names.First(known => known.Buffer == operand.Buffer).Name;
        if (operand.ImageFloats == 0) return Sum(name, operand.At + operand.Offset);
        string start = operand.At == 0 ? name : $"{name} + {operand.At} * images";
        return Sum(image is null ? start : $"{start} + {image} * {operand.ImageFloats}", operand.Offset);
    }

    private static string Sum(string place, long floats) => floats == 0 ? place : $"{place} + {floats}";

    /// <summary>What buffers are called in the generated code, and in the frame.</summary>
    private static readonly (Buffer Buffer, string Name, string Field)[] Names =
    [
        (Buffer.Input, "x", "Input"),
        (Buffer.InputGradient, "dx", "InputGradient"),
        (Buffer.Targets, "targets", "Targets"),
        (Buffer.Logits, "logits", "Logits"),
        (Buffer.Loss, "loss", "Loss"),
        (Buffer.LossOptions, "options", "LossOptions"),
        (Buffer.Parameters, "w", "Parameters"),
        (Buffer.Gradients, "g", "Gradients"),
        (Buffer.Statistics, "r", "Statistics"),
        (Buffer.Masks, "m", "Masks"),
        (Buffer.Maps, "a", "Maps"),
        (Buffer.Records, "c", "Records"),
        (Buffer.Scratch, "s", "Scratch"),
    ];
}
