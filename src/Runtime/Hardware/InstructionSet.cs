namespace EfficientNet.Runtime;

/// <summary>The families of kernels that the compiler emits. A network carries all of them unless its project says otherwise, and runs one.</summary>
public enum InstructionSet
{
    /// <summary>128-bit vectors of the cross-platform API: any processor, ARM64 included.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add: AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512-bit vectors: AVX-512 F, BW, CD, DQ and VL.</summary>
    Avx512,
}
