using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>Code that the compiler's emitter writes for one case, and the method of it that the case calls.</summary>
/// <param name="Method">Name of the emitted method.</param>
/// <param name="Write">Writes that method and everything that it calls.</param>
internal sealed record EmittedCode(string Method, Action<KernelContext> Write)
{
    /// <summary>One kernel with the kernels that it calls, in the order in which a network would have them.</summary>
    public static EmittedCode Of(Kernel kernel) => new(kernel.Name, context =>
    {
        foreach (Kernel one in KernelSet.Of(PlanOf(kernel)))
        {
            KernelSet.Write(context, one);
            context.Writer.Line();
        }
    });

    private static ExecutionPlan PlanOf(Kernel kernel) =>
        new(new EquatableArray<Step>([new OnlyStep(kernel)]), default, default, default, PackedFloats: 0, ArenaFloats: 0, ScratchFloats: 0, TraceFloats: 0) { StepwiseFrom = 0 };

    private sealed record OnlyStep(Kernel Single) : Step("the only step", WeightsAt: 0)
    {
        public override Kernel Kernel => Single;
    }
}
