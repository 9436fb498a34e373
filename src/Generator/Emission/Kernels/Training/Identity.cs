using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes the channel records of a unit without BatchNorm.</summary>
internal static class Identity
{
    public static void Write(KernelContext context, IdentityKernel kernel)
    {
        SourceWriter writer = context.Writer;
        (int vectors, string what) = kernel.Form == IdentityForm.Affine ? (4, "scale 1, shift 0, mean 0, 1/deviation 1") : (3, "A = 1, B = C = 0");
        using (context.Method(kernel.Name, "float* record, nint first, nint last",
            $"Channels without BatchNorm: {what}.\n" +
            $"  record  [blocks][{vectors}][16]\n" +
            "  work    blocks first … last − 1"))
        {
            using (writer.Block("for (nint block = first; block < last; block++)"))
            {
                writer.Line($"float* of = record + block * {vectors * context.Lanes};");
                writer.Line($"new Span<float>(of, {context.Lanes}).Fill(1f);");
                writer.Line($"new Span<float>(of + {context.Lanes}, {(vectors - 1) * context.Lanes}).Clear();");
                if (kernel.Form == IdentityForm.Affine) writer.Line($"new Span<float>(of + {3 * context.Lanes}, {context.Lanes}).Fill(1f);");
            }
        }
    }
}
