namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Coefficient tables, as bit patterns: a decimal could be read differently, bits cannot.</summary>
internal static class SiluTable
{
    /// <summary>|x| beyond which g(a) = 1 / (1 + e^a) counts as its value there: just below 17.</summary>
    public const uint Limit = 0x4187fff7;

    /// <summary>Intervals per unit of a.</summary>
    public const uint Slope = 0x404b4b4b;

    /// <summary>Just below 2²⁴, where floats are 1 apart, and above it 2: narrow intervals where g bends, wide ones where it is flat.</summary>
    public const uint Shift = 0x4b7ffff7;

    /// <summary>g by interval, lowest degree first: polynomials in a itself, fitted interval by interval.</summary>
    public static readonly uint[][] Quartics =
    [
        [
            0x3f136aee, 0x3f12bf04, 0x3f07295b, 0x3ee7381b, 0x3eba896d, 0x3e8fdfcc, 0x3e565210, 0x3e1b3fbe,
            0x3ddbd855, 0x3d98b361, 0x3d50a834, 0x3d0c84eb, 0x3cbadd3a, 0x3c75aca9, 0x3c1fd831, 0x3bce11f1,
            0x3b83b513, 0x3b270d9b, 0x3ad25fcd, 0x3a839806, 0x3a23a0ca, 0x39ca4fd5, 0x3978d3ca, 0x3f000000,
            0x3effff81, 0x3efff3c4, 0x3effee65, 0x3f005eca, 0x3f01f769, 0x3f054af9, 0x3f0a0a2c, 0x3f0f0e74,
        ],
        [
            0xbecb3c11, 0xbec9dcf8, 0xbeb18541, 0xbe8e0494, 0xbe54e4d5, 0xbe1879a7, 0xbdd35885, 0xbd8ee3ea,
            0xbd3d7de1, 0xbcf755ee, 0xbc9f47d7, 0xbc4acf65, 0xbbffa836, 0xbb9fb59e, 0xbb45f509, 0xbaf39af3,
            0xba94e9cc, 0xba34f99b, 0xb9dabd5b, 0xb9838741, 0xb91d712e, 0xb8bba6aa, 0xb85ec349, 0xbe7ffffa,
            0xbe7fed83, 0xbe7f2abf, 0xbe7edd66, 0xbe82478f, 0xbe8b3575, 0xbe9a8c06, 0xbead22bf, 0xbebe3474,
        ],
        [
            0x3de1dbf9, 0x3ddfdfaa, 0x3db975cd, 0x3d890f49, 0x3d3d190f, 0x3cf9c433, 0x3ca039cf, 0x3c4967d7,
            0x3bf957ec, 0x3b988516, 0x3b38c9f6, 0x3ade1148, 0x3a847fbd, 0x3a1d2458, 0x39b95968, 0x39598bcd,
            0x38fe3367, 0x3893ea24, 0x382b7ff4, 0x37c62b3a, 0x3764441f, 0x370315cf, 0x36962639, 0xb6b432e4,
            0xba04fab5, 0xbb3c2793, 0xbb6c4ac5, 0x3b75efd7, 0x3cb4f693, 0x3d44bf98, 0x3d990963, 0x3dc4a265,
        ],
        [
            0xbc6d20dd, 0xbc6ad041, 0xbc34dbf7, 0xbbf44a4d, 0xbb99e5e7, 0xbb3a630d, 0xbadc6c69, 0xba805fa4,
            0xba13ff31, 0xb9a95b85, 0xb940b478, 0xb8da468d, 0xb8764d98, 0xb80a835a, 0xb79b58db, 0xb72dc91f,
            0xb6c1f844, 0xb6580d13, 0xb5f03152, 0xb5854903, 0xb513afe7, 0xb4a3678e, 0xb4348c57, 0x3cab8492,
            0x3cb92c8a, 0x3cd5327f, 0x3cdb8c40, 0x3cb7fb69, 0x3c6336f2, 0x3b7d4cf5, 0xbb9f7675, 0xbc32cdfd,
        ],
        [
            0x3a443b03, 0x3a429ac9, 0x3a09b109, 0x39a86ec9, 0x394098be, 0x38d4ece3, 0x38675649, 0x37f90e9c,
            0x37856c15, 0x370e95f6, 0x36982bf3, 0x362248d8, 0x35ad00ba, 0x35386424, 0x34c481f8, 0x34516880,
            0x33df2612, 0x336dc970, 0x32fd6210, 0x3287001d, 0x320fda9c, 0x319949ae, 0x3123571f, 0xba4f908f,
            0xbb469f66, 0xbba18b7a, 0xbbab4bf7, 0xbb8bb633, 0xbb3444eb, 0xbaaaa57c, 0xb970a100, 0x39d9b26c,
        ],
    ];

    /// <summary>−log2 e.</summary>
    public const uint MinusLog2E = 0xbfb8aa3b;

    /// <summary>6.23200: within 1/16 of r = 12/8, r³ plus this times r plus <see cref="CubicConstant"/> is 2^(r − 12/8) but for a factor, to 1.3e-7.</summary>
    public const uint CubicLinear = 0x40c76c84;

    /// <summary>6.00590.</summary>
    public const uint CubicConstant = 0x40c03055;

    /// <summary>2.08126: within 1/64 of r = 46/32, r² plus this is 2^(r − 46/32) but for a factor, to 1.3e-7.</summary>
    public const uint SquareConstant = 0x4005335d;

    /// <summary>2^(i/8) by interval, for the cubic, with its factor and the 12/8 in it.</summary>
    public static readonly uint[] Eighths =
    [
        0x3d5ab312, 0x3d5e7e56, 0x3d620a1d, 0x3d5dcf20, 0x3d5aa4d7, 0x3d58a3ef, 0x3d57e754, 0x3d588c5f,
    ];

    /// <summary>2^(i/32) by interval, for the square, with its factor and the 46/32 in it.</summary>
    public static readonly uint[] ThirtySeconds =
    [
        0x3f76e2c4, 0x3f7c4aba, 0x3f80e87f, 0x3f83bb1d, 0x3f869d8d, 0x3f89902a, 0x3f8c934c, 0x3f8fa751,
        0x3f92cc97, 0x3f96037f, 0x3f994c6d, 0x3f9ca7c4, 0x3fa015ec, 0x3fa39750, 0x3f272c59, 0x3f2ad577,
        0x3f2e931b, 0x3f3265b6, 0x3f364dc0, 0x3f3a4baf, 0x3f3e5fff, 0x3f428b2d, 0x3f46cdb9, 0x3f4b2826,
        0x3f4f9afb, 0x3f5426bf, 0x3f58cbff, 0x3f5d8b4a, 0x3f626531, 0x3f675a4a, 0x3f6c6b2d, 0x3f719876,
    ];

    /// <summary>A float of these, as generated code writes it.</summary>
    public static string Bits(uint bits) => $"0x{bits:x8}u";
}
