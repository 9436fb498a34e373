using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>Writes the optimizers and the choice among them.</summary>
internal static class OptimizerText
{
    private static readonly Kernel[] Kernels = [new SgdKernel(), new RmsPropKernel(TensorFlow: false), new RmsPropKernel(TensorFlow: true), new AdamWKernel()];

    private static readonly GradientNormKernel Norm = new();

    private static readonly ExponentialAverageKernel Average = new();

    public static void Write(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        using (writer.Block("public static void Update(in UpdateFrame frame)"))
        {
            writer.Line("nint first = frame.Lines * frame.Worker / frame.Workers;");
            writer.Line("nint last = frame.Lines * (frame.Worker + 1) / frame.Workers;");
            using (writer.Block("switch (frame.Optimizer)"))
            {
                foreach (Kernel kernel in Kernels)
                {
                    string memory = kernel is SgdKernel ? "frame.First" : "frame.First, frame.Second";
                    writer.Line($"case OptimizerKind.{kernel.Name}: {kernel.Name}(frame.Parameters, frame.Gradients, {memory}, frame.Options, frame.Decay, first, last); break;");
                }

                writer.Line("default: throw new ArgumentOutOfRangeException(nameof(frame), frame.Optimizer, null);");
            }
        }

        writer.Line();
        writer.Line("// The sums of squares of all gradients, chunk by chunk, as doubles in the first memory.");
        using (writer.Block("public static void Norm(in UpdateFrame frame)"))
        {
            writer.Line($"nint chunks = (frame.Lines + {GradientNormKernel.ChunkLines - 1}) / {GradientNormKernel.ChunkLines};");
            writer.Line($"{Norm.Name}(frame.Gradients, frame.First, frame.Lines, chunks * frame.Worker / frame.Workers, chunks * (frame.Worker + 1) / frame.Workers);");
            writer.Line("frame.Barrier.Wait();");
            writer.Line("if (frame.Worker != 0) return;");
            writer.Line("double sum = 0;");
            writer.Line("for (nint chunk = 0; chunk < chunks; chunk++) sum += ((double*)frame.First)[chunk];");
            writer.Line("((double*)frame.First)[0] = Math.Sqrt(sum);");
        }

        writer.Line();
        writer.Line("// Moves the average in the first memory towards the parameters.");
        using (writer.Block("public static void Average(in UpdateFrame frame)"))
        {
            writer.Line($"{Average.Name}(frame.Parameters, frame.First, frame.Options, frame.Lines * frame.Worker / frame.Workers, frame.Lines * (frame.Worker + 1) / frame.Workers);");
        }

        foreach (Kernel kernel in Kernels.Append(Norm).Append(Average))
        {
            writer.Line();
            KernelSet.Write(context, kernel);
        }
    }
}
