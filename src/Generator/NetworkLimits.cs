namespace EfficientNet.Compiler;

/// <summary>How large a network may be: docs/spec-format.md states the same numbers.</summary>
internal static class NetworkLimits
{
    /// <summary>Of one map. Twice the largest published count, and room: beyond it offsets would leave 32 bits.</summary>
    public const int Channels = 65536;

    public const int Blocks = 512;

    /// <summary>One map of one image, 2 GiB: kernels address it with 32-bit constants.</summary>
    public const long MapBytes = 1L << 31;

    /// <summary>All packed weights, 8 GiB.</summary>
    public const long WeightBytes = 1L << 33;

    /// <summary>What a session holds beside the weights, 4 GiB: arena, and the scratch of one thread.</summary>
    public const long SessionBytes = 1L << 32;

    /// <summary>All labels of a network: as literals they go into a part of the assembly that holds 16 MiB, two bytes a character.</summary>
    public const int LabelCharacters = 4_000_000;

    /// <summary>Generated forward code of both x86 instruction sets, UTF-8: more is a warning. The largest published network, L2, has 1,181,000.</summary>
    public const long ForwardCodeBytes = 1_200_000;
}
