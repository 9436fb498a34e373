namespace EfficientNet.Compiler.Planning;

/// <summary>How SiLU is computed where there is a choice: on AVX-512, by how fast the processor divides (decision 0014).</summary>
internal enum SiluForm
{
    /// <summary>By polynomials, without a division.</summary>
    ByTable,

    /// <summary>By an exponential and a division.</summary>
    ByDivision,
}
