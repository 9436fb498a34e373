using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>The functions that kernels are made of as kernels of their own, and how many floats are tried.</summary>
internal static class ElementaryKernels
{
    /// <summary>Every so manyth bit pattern is an argument; by hand EFFICIENTNET_SWEEP=n takes every nth, 1 all floats, which takes long.</summary>
    public static readonly uint Step = (uint)ByHand.Count("EFFICIENTNET_SWEEP", otherwise: 4099);

    /// <summary>A function of vectors over a number of floats, in place.</summary>
    public static EmittedCode Over(string function, int floats) => new(function + "All", context =>
    {
        using (context.Method(function + "All", "float* y", $"{function} of {floats} floats, in place."))
        {
            context.Writer.Line($"for (nint i = 0; i < {floats}; i += {context.Isa.Floats}) V.Store({function}(V.Load(y + i)), y + i);");
        }
    });

    /// <summary>SiLU, which is a pass over a row, in one of the forms that AVX-512 has.</summary>
    public static EmittedCode Silu(int floats, SiluForm form = SiluForm.ByTable) => new("SiluAll", context =>
    {
        var kernel = new RowPassKernel(ActivationKind.Silu, Sum: false);
        KernelSet.Write(context, kernel);
        context.Writer.Line();
        using (context.Method("SiluAll", "float* y", $"SiLU of {floats} floats, in place."))
        {
            string name = kernel.Name + (context.Isa == VectorIsa.Avx512 ? $"_{form}" : "");
            context.Writer.Line($"{name}(y, {RowPassKernel.Geometry(blocks: 1, floats / MapLayout.Lanes, floats)});");
        }
    });
}
