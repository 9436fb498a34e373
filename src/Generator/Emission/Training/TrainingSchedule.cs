using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using Buffer = EfficientNet.Compiler.Planning.Training.Buffer;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>
/// Writes a training step: a method for each part of the network and direction, in it a straight list of kernel calls, a barrier after each that the next one needs. It is the same
/// for every instruction set, and is written once: the kernels come as a table of function pointers, which every instruction set fills with its own.
/// </summary>
internal static class TrainingSchedule
{
    /// <summary>The class of the schedule, and the table in it.</summary>
    private const string Class = "TrainingSchedule", Table = "Kernels";

    /// <summary>Floats from one image's maps to the next's, as the schedule calls them.</summary>
    private const string ImageStride = "ImageStride";

    public static void Write(SourceWriter writer, TrainingPlan plan, bool isChecked)
    {
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line("// Offsets are floats: w parameters, g their gradients, r running statistics, a maps of every image, image after image, v vectors of all images, c what is kept once, m masks, s scratch.");
        using (writer.Block($"private static class {Class}"))
        {
            writer.Line("// Floats from one image's maps to the next's.");
            writer.Line($"private const long {ImageStride} = {plan.Sizes.MapsOfImage};");
            writer.Line();
            using (writer.Block($"public static void Run(in TrainingFrame frame, in {Table} k)"))
            {
                if (isChecked) writer.Line(ChecksText.Begin(ChecksText.Training));
                foreach (TrainingSection section in plan.Sections)
                {
                    // What lies before the first trained part has no gradients to make.
                    writer.Line($"{(section.Backward ? $"if (frame.FirstTrained <= {section.Part}) " : "")}{section.Method}(in frame, in k);");
                }
            }

            int steps = 0;
            foreach (TrainingSection section in plan.Sections)
            {
                writer.Line();
                WriteSection(writer, section, isChecked ? steps : null);
                steps += section.Steps.Count();
            }

            writer.Line();
            writer.Line("// The kernels of one instruction set, and the pieces of those that it cuts its own way.");
            using (writer.Block($"public struct {Table}"))
            {
                foreach (KernelCall call in Called(plan))
                {
                    string types = string.Concat(call.Operands.Select(operand => operand.Buffer is Buffer.Images or Buffer.ImageStride or Buffer.Number ? "nint, " : "float*, "));
                    writer.Line($"public delegate*<{types}nint, nint, void> {call.Kernel.Name};");
                    if (IsCutByIsa(call)) writer.Line($"public nint {Pieces(call.Kernel)};");
                }
            }
        }
    }

    /// <summary>Writes the step of one instruction set: its kernels, and the schedule that calls them.</summary>
    public static void WriteStep(SourceWriter writer, TrainingPlan plan, VectorIsa isa)
    {
        using (writer.Block("public static void TrainingStep(in TrainingFrame frame)"))
        {
            using (writer.Block($"var kernels = new {Class}.{Table}", "};"))
            {
                foreach (KernelCall call in Called(plan))
                {
                    writer.Line($"{call.Kernel.Name} = &{call.Kernel.Name},");
                    if (IsCutByIsa(call)) writer.Line($"{Pieces(call.Kernel)} = {PointwiseMap.Tasks((PointwiseMapKernel)call.Kernel, isa)},");
                }
            }

            writer.Line($"{Class}.Run(in frame, in kernels);");
        }
    }

    /// <summary>A call of every kernel, the first one.</summary>
    private static IEnumerable<KernelCall> Called(TrainingPlan plan) => plan.Calls.GroupBy(call => call.Kernel).Select(calls => calls.First());

    private static bool IsCutByIsa(KernelCall call) => call.Pieces is null && call.Sharing != Sharing.Images;

    private static string Pieces(Kernel kernel) => kernel.Name + "_Pieces";

    /// <param name="writer">The text.</param>
    /// <param name="section">The section.</param>
    /// <param name="firstCheck">The number of its first step, where memory is checked behind each.</param>
    private static void WriteSection(SourceWriter writer, TrainingSection section, int? firstCheck)
    {
        HashSet<Buffer> used = new(section.Calls.SelectMany(call => call.Operands).Select(operand => operand.Buffer));
        using (writer.Block($"private static void {section.Method}(in TrainingFrame frame, in {Table} k)"))
        {
            foreach ((Buffer buffer, string name, string field) in Names)
            {
                if (used.Contains(buffer)) writer.Line($"float* {name} = frame.{field};");
            }

            writer.Line("nint images = frame.Images;");
            writer.Line("nint me = frame.Worker;");
            writer.Line("nint all = frame.Workers;");
            if (section.Calls.Any(call => call.When is When.Frozen or When.Trained)) writer.Line($"bool frozen = frame.FirstTrained > {section.Part};");
            int? check = firstCheck;
            foreach (IReadOnlyList<KernelCall> step in section.Steps)
            {
                foreach (KernelCall call in step) WriteCall(writer, call);
                if (check is { } number) writer.Line(ChecksText.Check(ChecksText.Training, number));
                check++;
            }
        }
    }

    private static void WriteCall(SourceWriter writer, KernelCall call)
    {
        string Arguments(string? image) => string.Join(", ", call.Operands.Select(operand => Text(operand, image)));
        writer.Line();
        writer.Line($"// {call.Name}");
        using (Condition(call.When) is { } condition ? writer.Block($"if ({condition})") : Loops.Nothing.Instance) WriteShared(writer, call, Arguments);
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

    private static void WriteShared(SourceWriter writer, KernelCall call, Func<string?, string> arguments)
    {
        string kernel = $"k.{call.Kernel.Name}";
        switch (call.Sharing)
        {
            case Sharing.ImagesAndPieces:
                writer.Line($"for (var t = new WorkShare(images, {(IsCutByIsa(call) ? $"k.{Pieces(call.Kernel)}" : $"{call.Pieces}")}, me, all); t.Next(); ) {kernel}({arguments("t.Image")}, t.First, t.Last);");
                break;
            case Sharing.PiecesOfAllImages:
                writer.Line($"for (nint n = 0; n < images; n++) {kernel}({arguments("n")}, {Shares.Of(call.Pieces!.Value)});");
                break;
            case Sharing.Pieces:
                writer.Line($"{kernel}({arguments(null)}, {Shares.Of(call.Pieces!.Value)});");
                break;
            case Sharing.Images:
                writer.Line($"{kernel}({arguments(null)}, images * me / all, images * (me + 1) / all);");
                break;
            default:
                throw new InvalidOperationException($"no loop for {call.Sharing}");
        }

        if (!call.Joined) writer.Line("frame.Barrier.Wait();");
    }

    /// <summary>An operand as an expression; <paramref name="image"/> is the image's number, or null where the kernel finds every image's share itself.</summary>
    private static string Text(Operand operand, string? image)
    {
        if (operand.Buffer == Buffer.Images) return "images";
        // The compiler warns of constants that 32 bits do not hold.
        if (operand.Buffer == Buffer.ImageStride) return $"unchecked((nint){ImageStride})";
        if (operand.Buffer == Buffer.Number) return Numbers.Show(operand.At);
        if (operand.Buffer == Buffer.Nowhere) return "null";
        string name = Names.First(known => known.Buffer == operand.Buffer).Name;
        if (operand.ImageFloats == 0) return KernelContext.At(name, operand.At + operand.Offset);
        if (operand.Buffer == Buffer.Maps) return KernelContext.At(image is null ? name : $"{name} + {image} * {ImageStride}", operand.At + operand.Offset);
        string start = operand.At == 0 ? name : $"{name} + {operand.At} * images";
        return KernelContext.At(image is null ? start : $"{start} + {image} * {operand.ImageFloats}", operand.Offset);
    }

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
        (Buffer.Vectors, "v", "Vectors"),
        (Buffer.Records, "c", "Records"),
        (Buffer.Scratch, "s", "Scratch"),
    ];
}
