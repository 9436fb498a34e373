namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>
/// The AVX-512 instructions that emitted kernels name, lane by lane as Intel's manual defines them, for machines that lack them: 512-bit
/// vectors themselves are .NET's, which makes two of 256 bits of each. So every machine judges every kernel.
/// </summary>
/// <remarks>
/// Compiled beside the emitted kernels, in their namespace, where the names are found before those of the using directives. An
/// instruction that is missing here is a compile error.
/// </remarks>
internal static class Avx512Emulation
{
    public const string Source = """
        #nullable disable
        using System;
        using System.Runtime.Intrinsics;
        namespace EfficientNet.Numerics.Tests.Emitted
        {
            internal static class Avx512F
            {
                // VPERMI2PS: the low five bits of an index choose a float of the two tables.
                public static Vector512<float> PermuteVar16x32x2(Vector512<float> lower, Vector512<int> indices, Vector512<float> upper)
                {
                    Span<float> result = stackalloc float[16];
                    for (int i = 0; i < 16; i++)
                    {
                        int index = indices.GetElement(i);
                        result[i] = ((index & 16) == 0 ? lower : upper).GetElement(index & 15);
                    }

                    return Vector512.Create<float>(result);
                }

                // VSCALEFPS: a · 2^⌊b⌋.
                public static Vector512<float> Scale(Vector512<float> a, Vector512<float> b)
                {
                    Span<float> result = stackalloc float[16];
                    for (int i = 0; i < 16; i++) result[i] = MathF.ScaleB(a.GetElement(i), (int)MathF.Floor(b.GetElement(i)));
                    return Vector512.Create<float>(result);
                }

                // VFMSUB: a·b − c, rounded once.
                public static Vector512<float> FusedMultiplySubtract(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
                    Vector512.FusedMultiplyAdd(a, b, -c);

                // VFNMADD: c − a·b, rounded once.
                public static Vector512<float> FusedMultiplyAddNegated(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
                    Vector512.FusedMultiplyAdd(-a, b, c);
            }

            internal static class Avx512DQ
            {
                // VRANGEPS: of two values the one of smaller magnitude, with control 0x0A without sign and with 0x02 with that of the first; a NaN loses against a number.
                public static Vector512<float> Range(Vector512<float> a, Vector512<float> b, byte control)
                {
                    if (control != 0x0A && control != 0x02) throw new NotSupportedException($"control {control:x2}");
                    Span<float> result = stackalloc float[16];
                    for (int i = 0; i < 16; i++)
                    {
                        float x = a.GetElement(i), y = b.GetElement(i);
                        float smaller = MathF.Abs(float.IsNaN(x) ? y : float.IsNaN(y) || MathF.Abs(x) <= MathF.Abs(y) ? x : y);
                        result[i] = control == 0x0A ? smaller : MathF.CopySign(smaller, x);
                    }

                    return Vector512.Create<float>(result);
                }
            }
        }
        """;
}
