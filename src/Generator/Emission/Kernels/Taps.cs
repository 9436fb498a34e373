using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes what lies under each tap of a dense kernel side by side.</summary>
internal static class Taps
{
    public static void Write(KernelContext context, TapsKernel kernel)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int top, int left) = kernel.Geometry;
        Shape source = kernel.Source;
        int columns = kernel.Width, lanes = context.Lanes, width = WidthOf(context, kernel);
        string vector = width == context.Isa.Floats ? "V" : $"Vector{width * 32}";
        using (context.Method(kernel.Name, "float* x, float* taps, nint band",
            $"Inputs under the taps of a {size}×{size} kernel, stride {stride}, for {(kernel.Rows > 1 ? $"{kernel.Rows} rows" : "a row")} of {columns} outputs; zeros beyond the map.\n" +
            $"  x     [{MapLayout.Blocks(source.Channels)}][{source.Height}][{source.Width}][16]\n" +
            $"  taps  channel (ky · {size} + kx) · {kernel.Channels} + c of [{MapLayout.Blocks(kernel.Reduction)}][{kernel.Positions}][16]\n" +
            $"  band  which {(kernel.Rows > 1 ? $"{kernel.Rows} rows" : "row")} of {kernel.Height}"))
        using (kernel.Rows > 1 ? writer.Block($"for (nint row = 0; row < {kernel.Rows}; row++)") : Loops.Nothing.Instance)
        using (writer.Block($"for (nint ky = 0; ky < {size}; ky++)"))
        {
            string row = kernel.Rows > 1 ? $"(band * {kernel.Rows} + row)" : "band";
            writer.Line($"nint from = {row}{Loops.Times(stride)} + ky - {top};");
            writer.Line($"bool inside = from >= 0 && from < {source.Height};");
            using (writer.Block($"for (nint c = 0; c < {kernel.Channels}; c += {width})"))
            {
                writer.Line($"float* at = x + c / {lanes} * {MapLayout.Plane(source)} + Math.Max(from, 0) * {source.Width * lanes} + c % {lanes};");
                using (writer.Block($"for (nint kx = 0; kx < {size}; kx++)"))
                {
                    writer.Line($"nint channel = (ky * {size} + kx) * {kernel.Channels} + c;");
                    writer.Line($"float* to = taps + channel / {lanes} * {kernel.Plane} + channel % {lanes}{(kernel.Rows > 1 ? $" + row * {columns * lanes}" : "")};");
                    writer.Line($"nint first = inside ? Math.Min({columns}, {Loops.FirstUnder(stride, left)}) : {columns};");
                    writer.Line($"nint last = {Loops.EndUnder(stride, left, source.Width, columns)};");
                    writer.Line("nint column = 0;");
                    string zero = $"{vector}.Store(Vector{width * 32}<float>.Zero, to + column * {lanes});";
                    writer.Line($"for (; column < first; column++) {zero}");
                    writer.Line($"for (; column < last; column++) {vector}.Store({vector}.Load(at + (column{Loops.Times(stride)} + kx - {left}) * {lanes}), to + column * {lanes});");
                    writer.Line($"for (; column < {columns}; column++) {zero}");
                }
            }
        }
    }

    /// <summary>Channels copied at once: those of a tap may begin in the middle of a block.</summary>
    private static int WidthOf(KernelContext context, TapsKernel kernel)
    {
        int most = kernel.Channels % 16 == 0 ? 16 : kernel.Channels % 8 == 0 ? 8 : 4;
        return Math.Min(context.Isa.Floats, most);
    }
}
