using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>Writes the optimizers and the choice among them.</summary>
internal static class OptimizerText
{
    private static readonly Kernel[] Kernels = [new SgdKernel(), new RmsPropKernel(TensorFlow: false), new RmsPropKernel(TensorFlow: true), new AdamWKernel()];

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

        foreach (Kernel kernel in Kernels)
        {
            writer.Line();
            KernelSet.Write(context, kernel);
        }
    }
}
