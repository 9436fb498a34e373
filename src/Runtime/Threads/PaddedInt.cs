using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// An integer alone on its cache lines. Processors fetch lines in pairs, hence 128 bytes on either side: without
/// them every arrival at a barrier would take the line away from those who spin on its neighbour.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedInt
{
    [FieldOffset(128)]
    public int Value;
}
